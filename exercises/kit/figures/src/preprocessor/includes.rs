//! Checks mdBook's own includes, because mdBook only logs what goes wrong with them and builds a page with a hole.

use std::{fs, path::Path};

use verdict::{Text, say};

/// Checks `{{#include FILE:ANCHOR}}` and its like in the page at `page`: the file is there, and so is the anchor, with something in it.
pub(super) fn check(page: &Path, name: &str, arguments: &[&str]) -> Result<(), Text> {
    if name == "title" {
        return Ok(());
    }
    let Some(target) = arguments.first() else {
        return Err(say!("`{{{{#{name}}}}}` names no file.", "`{{{{#{name}}}}}`에 파일이 없다."));
    };
    let (file, part) = target.split_once(':').unwrap_or((target, ""));
    let path = page.parent().unwrap_or(page).join(file);
    let Ok(text) = fs::read_to_string(&path) else {
        return Err(say!(
            "there is no file {file} to include, seen from the page.",
            "포함할 파일이 없다: {file}. 경로는 페이지 기준이다."
        ));
    };
    let included = match part.split(':').next().unwrap_or_default() {
        "" => text.clone(),
        line if line.chars().all(|c| c.is_ascii_digit()) => lines(&text, part),
        anchor => anchored(&text, anchor).ok_or_else(|| {
            say!(
                "{file} has no anchor `{anchor}`: add `ANCHOR: {anchor}` and `ANCHOR_END: {anchor}` there.",
                "{file}에 없는 앵커다: `{anchor}`. 그 파일에 추가할 표시: `ANCHOR: {anchor}`, `ANCHOR_END: {anchor}`."
            )
        })?,
    };
    if included.trim().is_empty() {
        return Err(say!("`{target}` includes nothing.", "`{target}`에 포함할 내용이 없다."));
    }
    Ok(())
}

/// The lines of `FIRST:LAST` or `FIRST`.
fn lines(text: &str, range: &str) -> String {
    let mut ends = range.split(':').map(|end| end.parse::<usize>().ok());
    let first = ends.next().flatten().unwrap_or(1).max(1);
    let last = ends.next().map_or(first, |last| last.unwrap_or(usize::MAX));
    text.lines().skip(first - 1).take(last.saturating_sub(first).saturating_add(1)).collect::<Vec<_>>().join("\n")
}

fn anchored(text: &str, anchor: &str) -> Option<String> {
    let marks =
        |line: &str, mark: &str| line.split_once(mark).is_some_and(|(_, name)| name.split_whitespace().next() == Some(anchor));
    let mut inside = text.lines().skip_while(|line| !marks(line, "ANCHOR:"));
    inside.next()?;
    Some(
        inside
            .take_while(|line| !marks(line, "ANCHOR_END:"))
            .filter(|line| !line.contains("ANCHOR"))
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\n// ANCHOR: full\nb\n// ANCHOR_END: full\n// ANCHOR: empty\n// ANCHOR_END: empty\n";

    #[test]
    fn an_anchor_holds_what_is_between_its_marks() {
        assert_eq!(anchored(TEXT, "full").as_deref(), Some("b"));
        assert_eq!(anchored(TEXT, "empty").as_deref(), Some(""));
        assert_eq!(anchored(TEXT, "other"), None);
    }

    #[test]
    fn a_range_of_lines() {
        assert_eq!(
            [lines("a\nb\nc", "2"), lines("a\nb\nc", "2:3"), lines("a\nb\nc", "2:"), lines("a", "7")],
            ["b", "b\nc", "b\nc", ""]
        );
    }
}
