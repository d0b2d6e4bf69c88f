//! `{{#mistakes ID}}`: the mistakes of a step, from the snapshots that its wrong answers are tested against. So the page shows the very
//! sentences that a learner gets.

use std::{collections::BTreeSet, fs, path::Path};

use verdict::{Language, Mistake, Text, say};

use crate::{
    snapshot,
    svg::{escape, marked},
};

/// The mistakes of step `id` as a list. `root` leads from the page to the book's root.
pub(super) fn list(project: &Path, id: &str, language: Language, root: &str) -> Result<String, Text> {
    let folder = format!("solutions/{id}/tests/snapshots");
    let mut files: Vec<_> = fs::read_dir(project.join(&folder))
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_else(|_| Vec::new());
    files.retain(|file| {
        file.file_name().and_then(|name| name.to_str()).is_some_and(|n| n.starts_with("corpus__") && n.ends_with(".snap"))
    });
    files.sort();
    let mut seen = BTreeSet::new();
    let mut html = String::from("<div class=\"wb-mistakes\">\n");
    for file in &files {
        let mistake = read(file)?;
        if seen.insert(mistake.id.clone()) {
            html.push_str(&item(&mistake, language, root));
        }
    }
    if seen.is_empty() {
        return Err(say!(
            "{folder} holds no mistake: write solutions/{id}/wrong/NAME.rs and run the solution's tests.",
            "{folder}에 실수가 하나도 없다. solutions/{id}/wrong/NAME.rs를 쓰고 풀이의 테스트를 실행한다."
        ));
    }
    Ok(html + "</div>")
}

fn read(file: &Path) -> Result<Mistake, Text> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let wrong =
        |error: String| say!("{name} is not the snapshot of a mistake: {error}", "실수의 스냅샷이 아니다: {name}: {error}");
    let text = fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    snapshot::read(&text).map_err(|error| wrong(error.to_string()))
}

fn item(mistake: &Mistake, language: Language, root: &str) -> String {
    let [expected, seen, why, read] = match language {
        Language::En => ["Expected", "What the recording shows", "Why it matters", "Read on"],
        Language::Ko => ["기대한 것", "기록이 보여 주는 것", "왜 중요한가", "더 읽기"],
    };
    let say = |text: &Text| marked(text.get(language));
    let shown: String = mistake.seen.iter().map(|evidence| format!("<li>{}</li>", say(&evidence.text))).collect();
    let (page, anchor) = mistake.read.split_once('#').unwrap_or((&mistake.read, ""));
    let hash = if anchor.is_empty() { String::new() } else { format!("#{}", escape(anchor)) };
    format!(
        "<details class=\"wb-mistake\" id=\"mistake-{id}\"><summary>{title}</summary>\n<dl><dt>{expected}</dt><dd>{wanted}</dd>\
         <dt>{seen}</dt><dd><ul>{shown}</ul></dd><dt>{why}</dt><dd>{reason}</dd>\
         <dt>{read}</dt><dd><a href=\"{root}{page}.html{hash}\">{place}</a></dd></dl></details>\n",
        id = escape(&mistake.id),
        title = say(&mistake.title),
        wanted = say(&mistake.expected),
        reason = say(&mistake.why),
        page = escape(page),
        place = escape(&mistake.read),
    )
}
