//! What a step's page has to have: its fixed parts, three hints, and no mention of a line's number, which the next edit makes wrong.

use std::fs;

use super::Finding;
use crate::{catalogue::Workbook, page};

const PARTS: [&str; 7] =
    ["Predict", "The run", "Your turn", "Hints", "Common mistakes", "In the Java client", "What changed since the chapter"];
const HINTS: usize = 3;

pub(super) fn check(workbook: &Workbook) -> Vec<Finding> {
    let page = |id: &str| {
        let file = format!("book/src/{id}.md");
        let text = fs::read_to_string(workbook.root.join(&file)).ok()?;
        Some(of_page(&file, &text))
    };
    workbook.steps.iter().filter_map(|step| page(&step.id)).flatten().collect()
}

fn of_page(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for part in PARTS {
        if page::section(text, part).trim().is_empty() {
            findings.push(Finding::new(file, format!("has no part `## {part}`, or an empty one")));
        }
    }
    let hints = page::hints(text);
    if hints.len() != HINTS || hints.iter().any(String::is_empty) {
        findings
            .push(Finding::new(file, format!("has {} hints; it needs {HINTS}, each in <details> with a <summary>", hints.len())));
    }
    for (line, number) in text.lines().zip(1..) {
        if names_a_line(line) {
            findings.push(Finding::new(format!("{file}:{number}"), "names a line by its number; name the function instead"));
        }
    }
    findings
}

/// `line 12`, `Line 3`, `lines 3`.
fn names_a_line(text: &str) -> bool {
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
    let is_number = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    words.windows(2).any(|pair| (pair[0] == "line" || pair[0] == "lines") && is_number(&pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_s_number_is_found_and_a_line_of_text_is_not() {
        assert!(names_a_line("Look at line 12 of the file."));
        assert!(names_a_line("See lines 3-5"));
        assert!(!names_a_line("The command line takes 3 arguments."));
    }

    #[test]
    fn what_a_page_lacks_is_named() {
        let findings =
            of_page("page.md", "# Title\n\n## Predict\n\nWhat happens?\n\n## Hints\n<details><summary>1</summary>a</details>\n");
        let all: Vec<_> = findings.into_iter().map(|finding| format!("{}: {}", finding.place, finding.what)).collect();
        insta::assert_snapshot!(all.join("\n"));
    }
}
