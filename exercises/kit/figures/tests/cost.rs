//! `{{#cost ID}}`: the picture and the table of the same numbers, in both languages.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;

use figures::{Preprocessor, Sources};
use verdict::Language::{En, Ko};

#[test]
fn the_picture_stands_above_its_numbers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let page = "09_async_commit/01_do_not_wait.md";
    let built = |language| {
        Preprocessor::new(Sources::of(&root), language).page(page, "{{#cost 09_async_commit/01\\_do\\_not\\_wait}}\n").unwrap()
    };
    for (html, words) in
        [(built(En), ["synchronous, each record", "Records a second"]), (built(Ko), ["동기, 레코드마다", "초당 레코드"])]
    {
        // A row for the head, and one for each run.
        assert_eq!(html.matches("<tr>").count(), 13);
        // Once in the picture, and again in the table.
        assert!(words.iter().all(|word| html.matches(word).count() >= 2), "{html}");
        assert!(html.contains("<title id=") && html.contains("<desc id=") && html.contains("var(--wb-c4, "));
        assert!(!html.contains("\n\n"), "an empty line would end the HTML in the page");
    }
    let missing = Preprocessor::new(Sources::of(&root), En).page(page, "{{#cost 01_groups/09_nothing}}\n").unwrap_err();
    assert!(missing[0].message(En).contains("there is no file book/cost/01_groups/09_nothing.en.svg"));
}
