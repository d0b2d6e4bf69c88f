//! The book's scripts, tested by Node where there is one: `book/theme/tests`. Without Node this says so and passes; where nothing may be
//! skipped (`WORKBOOK_BROKER=container`, as in `.ci/run`) it fails.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{path::Path, process::Command};

#[test]
fn the_book_s_scripts_pass_their_tests() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../book/theme/tests");
    let files = std::fs::read_dir(&tests).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "js")).collect();
    assert!(!files.is_empty(), "no tests in {}", tests.display());
    match Command::new("node").arg("--test").args(&files).output() {
        Ok(ran) => assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout)),
        Err(error) => {
            let may_skip = std::env::var_os("WORKBOOK_BROKER").is_none_or(|broker| broker != "container");
            assert!(may_skip, "node cannot be run ({error}), and nothing may be skipped: install nodejs");
            eprintln!("SKIPPED: the tests of the book's scripts need node, which cannot be run ({error})");
        }
    }
}
