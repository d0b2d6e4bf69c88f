//! The table of properties: what it shows of two clients, and what is said of a name that a client does not know.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;

use figures::{Preprocessor, Sources};
use verdict::Language::{self, En, Ko};

const JAVA: &str = r#"{ "version": "4.3.1", "properties": {
  "fetch.max.wait.ms": { "default": "500", "range": "[0,...]" },
  "partition.assignment.strategy": { "default": "class org.a.RangeAssignor,class org.a.StickyAssignor", "range": "" } } }"#;
const LIBRDKAFKA: &str = r#"---
source: properties.rs
---
{ "version": "2.12.1", "properties": {
  "fetch.wait.max.ms": { "default": "500", "range": "0..300000" },
  "partition.assignment.strategy": { "default": "range,roundrobin", "range": null } } }
"#;
const PROPERTIES: &str = r#"
[[property]]
name = "fetch.max.wait.ms"
java = "fetch.max.wait.ms"
librdkafka = "fetch.wait.max.ms"
chapter = true
what = { en = "The longest wait for `fetch.min.bytes`.", ko = "`fetch.min.bytes`를 기다리는 최대 시간." }
carried = "Fetch.max_wait_ms"
step = "03_properties/03_fetch_sizes"

[[property]]
name = "partition.assignment.strategy"
java = "partition.assignment.strategy"
librdkafka = "partition.assignment.strategy"
what = { en = "Who gets <what>.", ko = "누가 <무엇>을 받는지." }
"#;

fn table(properties: &str, language: Language) -> Result<String, String> {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("book/properties");
    fs::create_dir_all(&folder).unwrap();
    for (file, text) in [("properties.toml", properties), ("java.json", JAVA), ("librdkafka.snap", LIBRDKAFKA)] {
        fs::write(folder.join(file), text).unwrap();
    }
    let built = Preprocessor::new(Sources::of(root.path()), language).page("appendix/properties.md", "{{#properties}}\n");
    built.map_err(|errors| errors.iter().map(|error| error.message(language)).collect())
}

#[test]
fn two_clients_side_by_side() {
    insta::assert_snapshot!("properties_en", table(PROPERTIES, En).unwrap());
    insta::assert_snapshot!("properties_ko", table(PROPERTIES, Ko).unwrap());
}

#[test]
fn a_name_that_a_client_does_not_know_is_an_error_of_the_page() {
    let misspelt = PROPERTIES.replace("librdkafka = \"fetch.wait.max.ms\"", "librdkafka = \"fetch.max.wait.ms\"");
    let expected = "book/src/appendix/properties.md:1: book/properties/properties.toml: the client 2.12.1 knows no property `fetch.max.wait.ms`.";
    assert_eq!(table(&misspelt, En).unwrap_err(), expected);
}
