//! `new`: all files of a new step, made from `templates/`. They compile, the starter fails by verdict and the solution passes; what is
//! left to write is marked TODO.

use std::fs;

use verdict::say;

use crate::{
    fail::{Failure, Result},
    here::Here,
};

/// Where each template goes. `@id@`, `@step@`, `@name@`, `@title@` and `@number@` are replaced, in the names of files too.
const FILES: [(&str, &str); 10] = [
    ("exercises/@id@/Cargo.toml", include_str!("../../templates/exercise/Cargo.toml")),
    ("exercises/@id@/src/lib.rs", include_str!("../../templates/exercise/src/lib.rs")),
    ("exercises/@id@/src/main.rs", include_str!("../../templates/exercise/src/main.rs")),
    ("exercises/@id@/tests/grade.rs", include_str!("../../templates/exercise/tests/grade.rs")),
    ("solutions/@id@/Cargo.toml", include_str!("../../templates/solution/Cargo.toml")),
    ("solutions/@id@/src/lib.rs", include_str!("../../templates/solution/src/lib.rs")),
    ("solutions/@id@/wrong/returns_at_once.rs", include_str!("../../templates/solution/wrong/returns_at_once.rs")),
    ("solutions/@id@/right/base_consumer.rs", include_str!("../../templates/solution/right/base_consumer.rs")),
    ("solutions/@id@/tests/corpus.rs", include_str!("../../templates/solution/tests/corpus.rs")),
    ("book/src/@id@.md", include_str!("../../templates/page.md")),
];

pub(super) fn run(here: &Here, id: &str) -> Result<u8> {
    let names = Names::of(id).ok_or_else(|| {
        Failure::usage(
            say!("`{id}` is no id of a step.", "단계의 id가 아니다: `{id}`"),
            say!(
                "It looks like 02_rebalancing/01_hand_over: a-z, 0-9 and _.",
                "02_rebalancing/01_hand_over 꼴로, a-z, 0-9, _만 쓴다."
            ),
        )
    })?;
    let taken = here.workbook.steps.iter().find(|step| step.id == id || step.package == names.name);
    if let Some(step) = taken {
        let known = &step.id;
        return Err(Failure::usage(
            say!("There is a step of that name already: {known}.", "같은 이름의 단계가 이미 있다: {known}."),
            say!("Choose another name.", "다른 이름을 고른다."),
        ));
    }
    let mut made = Vec::new();
    for (path, template) in FILES {
        let path = names.fill(path);
        let file = here.workbook.root.join(&path);
        if !file.exists() {
            fs::create_dir_all(file.parent().unwrap_or(&here.workbook.root))?;
            fs::write(&file, names.fill(template))?;
            made.push(path);
        }
    }
    name_in_summary(here, &names)?;
    let list: String = made.iter().map(|path| format!("  {path}\n")).collect();
    let next = here.look.say(say!(
        "Next: fill what is marked TODO, then record it and have it proved:\n  cargo workbook record {id}\n  cargo workbook author messages\n  cargo workbook author check",
        "다음: TODO를 채우고, 기록하고, 검증한다:\n  cargo workbook record {id}\n  cargo workbook author messages\n  cargo workbook author check"
    ));
    here.print(&serde_json::json!({ "id": id, "files": made }), &format!("{list}{next}\n"))?;
    Ok(0)
}

/// Names the page in the summary, after the last page of its chapter or at the end of the numbered part.
fn name_in_summary(here: &Here, names: &Names) -> Result<()> {
    let file = here.workbook.root.join("book/src/SUMMARY.md");
    let text = fs::read_to_string(&file)?;
    let entry = names.fill("- [@title@](@id@.md)");
    if text.contains(&names.fill("(@id@.md)")) {
        return Ok(());
    }
    let mut lines: Vec<&str> = text.lines().collect();
    let of_chapter = lines.iter().rposition(|line| line.contains(&names.fill("(@chapter@/")));
    let of_steps = lines.iter().rposition(|line| line.trim_start().starts_with("- ["));
    let heading = names.fill("\n# @chapter_title@\n");
    match of_chapter {
        Some(last) => lines.insert(last + 1, &entry),
        None => {
            let at = of_steps.map_or(lines.len(), |last| last + 1);
            lines.splice(at..at, [heading.as_str(), entry.as_str()]);
        }
    }
    Ok(fs::write(&file, format!("{}\n", lines.join("\n")))?)
}

/// The names of a new step.
struct Names {
    id: String,
    chapter: String,
    step: String,
    name: String,
}

impl Names {
    fn of(id: &str) -> Option<Self> {
        let (chapter, step) = id.split_once('/')?;
        let name_of = |part: &str| {
            let (number, name) = part.split_once('_')?;
            let number = number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit());
            let name_is_plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
            (number && name_is_plain && begins).then(|| name.to_owned())
        };
        name_of(chapter)?;
        Some(Self { id: id.into(), chapter: chapter.into(), step: step.into(), name: name_of(step)? })
    }

    fn fill(&self, template: &str) -> String {
        let title = |name: &str| {
            let words = name.replace('_', " ");
            let mut letters = words.chars();
            letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
        };
        let number = |part: &str| part[..2].trim_start_matches('0').to_owned();
        template
            .replace("@id@", &self.id)
            .replace("@chapter_title@", &title(&self.chapter[3..]))
            .replace("@chapter@", &self.chapter)
            .replace("@step@", &self.step)
            .replace("@name@", &self.name)
            .replace("@title@", &title(&self.name))
            .replace("@number@", &format!("{}.{}", number(&self.chapter), number(&self.step)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_id() {
        let names = Names::of("02_rebalancing/01_hand_over").unwrap();
        assert_eq!(
            names.fill("@id@ @chapter_title@ @step@ @name@ @title@ @number@"),
            "02_rebalancing/01_hand_over Rebalancing 01_hand_over hand_over Hand over 2.1"
        );
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for id in ["hand_over", "2_a/01_b", "02_a/01_B", "02_a/01_b/03_c", "02_a/01_", "../01_b", "02_a/01_1b"] {
            assert!(Names::of(id).is_none(), "{id}");
        }
    }
}
