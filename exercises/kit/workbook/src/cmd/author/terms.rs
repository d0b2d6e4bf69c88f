//! Korean says one thing with one word, that of `book/src/glossary.md`, in the translation, in what graders say, and in the page's
//! scripts; and emphasis in it is written so that it is one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::Finding;

/// Other words for what the glossary has a word for, and that word.
const OTHER_WORDS: [(&str, &str); 16] = [
    ("소비자", "컨슈머"),
    ("콘슈머", "컨슈머"),
    ("컨수머", "컨슈머"),
    ("소비자 그룹", "컨슈머 그룹"),
    ("오프세트", "오프셋"),
    ("옵셋", "오프셋"),
    ("리밸런스", "리밸런싱"),
    ("재조정", "리밸런싱"),
    ("코밋", "커밋"),
    ("심장박동", "하트비트"),
    ("하트빗", "하트비트"),
    ("파티숀", "파티션"),
    ("브로카", "브로커"),
    ("폴링루프", "폴링 루프"),
    ("세션타임아웃", "세션 타임아웃"),
    ("디시리얼라이저", "역직렬화기"),
];
/// Where Korean stands.
const FOLDERS: [&str; 4] = ["book/po", "book/theme", "exercises", "solutions"];
const ENDS: [&str; 3] = ["po", "js", "rs"];

pub(super) fn check(root: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in FOLDERS.iter().flat_map(|folder| files(&root.join(folder))) {
        // This list of other words is no use of them.
        if file.ends_with("author/terms.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap_or_default();
        let place = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        let is_po = place.ends_with(".po");
        for (number, line) in text.lines().enumerate() {
            for (other, word) in OTHER_WORDS.iter().filter(|(other, _)| line.contains(other)) {
                findings.push(Finding::new(format!("{place}:{}", number + 1), format!("`{other}` is `{word}` in the glossary")));
            }
            if is_po && !line.starts_with("msgid") && glued_emphasis(line) {
                let what = "emphasis before a particle: write `*…*`, since `_…_` would show its underscores";
                findings.push(Finding::new(format!("{place}:{}", number + 1), what));
            }
        }
    }
    findings
}

/// Whether a Hangul syllable follows the end of `_emphasis_` at once.
fn glued_emphasis(line: &str) -> bool {
    let is_hangul = |c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c);
    // Names in code may have underscores; every second part stands outside of code.
    line.split('`').step_by(2).any(|text| {
        let mut parts = text.split('_').peekable();
        let mut open = false;
        while let (Some(part), Some(next)) = (parts.next(), parts.peek()) {
            let before_is_edge = part.chars().last().is_none_or(|c| !c.is_alphanumeric());
            if open && next.chars().next().is_some_and(is_hangul) && part.chars().any(is_hangul) {
                return true;
            }
            open = !open && before_is_edge;
        }
        false
    })
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| ENDS.iter().any(|known| end == *known)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emphasis_before_a_particle_is_found() {
        assert!(glued_emphasis("그림에 _아무도 읽지 않음_으로 표시된다"));
        assert!(!glued_emphasis("그림에 *아무도 읽지 않음*으로 표시된다"));
        assert!(!glued_emphasis("`session_timeout_ms`는 _세션_ 이다"));
        assert!(!glued_emphasis("REBALANCE_IN_PROGRESS를 받는다"));
    }

    #[test]
    fn another_word_is_found_with_its_line() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("book/po")).unwrap();
        fs::write(root.path().join("book/po/a.po"), "msgid \"x\"\nmsgstr \"리밸런스가 일어난다\"\n").unwrap();
        let said: Vec<_> = check(root.path()).into_iter().map(|finding| format!("{}: {}", finding.place, finding.what)).collect();
        assert_eq!(said, ["book/po/a.po:2: `리밸런스` is `리밸런싱` in the glossary"]);
    }
}
