//! `list`: the steps and how they stand.

use owo_colors::OwoColorize;
use serde_json::json;
use textwrap::core::display_width;
use verdict::{Text, say};

use crate::{
    catalogue::{Needs, Step},
    fail::Result,
    here::Here,
    page,
    progress::{Progress, State},
};

pub(super) fn run(here: &Here) -> Result<u8> {
    let progress = Progress::read(&here.keep);
    let row = |step: &Step| (page::title(&here.workbook.root, step, here.look.language), progress.state(step));
    let rows: Vec<_> = here.workbook.steps.iter().map(|step| (step, row(step))).collect();
    let json = rows.iter().map(|(step, (title, state))| {
        let facts = &step.facts;
        json!({
            "id": step.id, "number": step.short(), "package": step.package, "title": title, "minutes": facts.minutes,
            "needs": facts.needs, "concepts": facts.concepts, "state": state, "file": step.shown_file(),
        })
    });
    let json = serde_json::Value::from(json.collect::<Vec<_>>());
    let width = rows.iter().map(|(_, (title, _))| display_width(title)).max().unwrap_or(0);
    let mut text = String::new();
    let mut chapter = "";
    for (step, (title, state)) in &rows {
        let of_step = step.id.split('/').next().unwrap_or_default();
        if of_step != chapter {
            chapter = of_step;
            let name = page::chapter(&here.workbook.root, chapter, here.look.language);
            text.push_str(&format!("{}\n", name.bold()));
        }
        let (mark, word) = words(*state);
        let minutes = step.facts.minutes;
        let pad = " ".repeat(width - display_width(title));
        let minutes = here.look.say(say!("{minutes:>3} min", "{minutes:>3}분"));
        let needs = match step.facts.needs {
            Needs::Any => String::new(),
            Needs::Broker => here.look.say(say!("needs Docker  ", "Docker 필요  ")),
        };
        let line =
            format!("  {mark} {:<6}{title}{pad}  {minutes}  {:<24}{needs}{}", step.short(), step.package, here.look.say(word));
        text.push_str(&format!("{}\n", line.trim_end()));
    }
    here.print(&json, &text)?;
    Ok(0)
}

fn words(state: State) -> (char, Text) {
    match state {
        State::Todo => ('·', say!("", "")),
        State::Passed => ('✓', say!("passed", "통과")),
        State::Edited => ('~', say!("passed, edited since", "통과한 뒤 수정함")),
        State::Failing => ('×', say!("not passed yet", "아직 통과하지 못함")),
    }
}
