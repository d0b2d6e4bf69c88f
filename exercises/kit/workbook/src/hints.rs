//! The next hint of a step, from its page. Asked for by the command `hint`, on the keyboard of a session, and by a page.

use serde_json::json;
use verdict::say;

use crate::{
    catalogue::Step,
    fail::{Failure, Result},
    here::Here,
    page::Page,
    progress::Progress,
};

/// The next hint of `step`, or that of `level`, as JSON and as text; it counts as seen.
///
/// # Errors
/// There is no such hint.
pub(crate) fn next(here: &Here, step: &Step, level: Option<u32>) -> Result<(serde_json::Value, String)> {
    let hints = Page::of(&here.workbook.root, &step.id, here.look.language)?.hints()?;
    let (all, id) = (hints.len(), &step.id);
    if hints.is_empty() {
        return Err(Failure::setup(
            "no_hints",
            say!("The page of {id} has no hints.", "{id} 페이지에 힌트가 없다."),
            say!("Read the page: book/src/{id}.md", "페이지를 읽는다: book/src/{id}.md"),
        ));
    }
    let seen = Progress::read(&here.keep).of(step).hints_seen;
    let level = level.map_or((seen + 1).min(all), |level| level as usize);
    let Some(hint) = level.checked_sub(1).and_then(|index| hints.get(index)) else {
        return Err(Failure::usage(
            say!("{id} has {all} hints.", "{id}의 힌트는 {all}개다."),
            say!("Choose one of them with -n.", "-n으로 그중 하나를 고른다."),
        ));
    };
    Progress::change(&here.keep, step, |entry| entry.hints_seen = entry.hints_seen.max(level))?;
    let short = step.short();
    let head = here.look.say(say!("Hint {level} of {all} · {id}", "힌트 {level}/{all} · {id}"));
    let last = say!(
        "\nThat was the last hint. The solution: cargo workbook solution {short} --force\n",
        "\n마지막 힌트다. 모범 답안: cargo workbook solution {short} --force\n"
    );
    let tail = if level == all { here.look.say(last) } else { String::new() };
    Ok((json!({ "id": id, "level": level, "of": all, "hint": hint }), format!("{head}\n\n{}\n{tail}", hint.trim())))
}
