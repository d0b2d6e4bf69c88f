//! The playground's place, as it is without its script: a table of what real groups agreed on.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;

use figures::{Preprocessor, Sources};
use verdict::Language::{En, Ko};

#[test]
fn without_the_script_there_is_a_table_of_recordings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let place = |language| {
        Preprocessor::new(Sources::of(&root), language).page("03_properties/05_who_gets_what.md", "{{#assignments}}\n").unwrap()
    };
    insta::assert_snapshot!("assignments", place(En));
    // In Korean the words are others, the recordings are the same.
    let partitions = |html: &str| html.matches("T1-").count();
    assert_eq!(partitions(&place(Ko)), partitions(&place(En)));
    assert!(place(Ko).contains("C3 들어오기") && place(Ko).contains("(전에는 C1)"));
    assert!(!place(En).contains("\n\n"), "an empty line would end the HTML in the page");
}
