//! `doctor`: what the workbook needs, what of it this machine has, and how to mend the rest. Nothing is changed.

mod checks;

use owo_colors::OwoColorize;
use serde::Serialize;
use serde_json::json;
use textwrap::core::display_width;
use verdict::{Text, say};

use crate::{
    cli::Look,
    fail::{Result, SETUP},
    out,
};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    /// Its name, stable.
    id: &'static str,
    /// What it is.
    name: Text,
    /// How it stands.
    state: State,
    /// What was found, or what is missing.
    found: Text,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<Text>,
}

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It is there.
    Ok,
    /// It is missing, and the workbook works without it, if not as well.
    Optional,
    /// It is missing, and nothing works without it.
    Missing,
}

pub(super) async fn run(look: Look) -> Result<u8> {
    let checks = checks::all().await;
    let ready = checks.iter().all(|check| check.state != State::Missing);
    if look.json {
        out::print(&format!("{}\n", json!({ "ready": ready, "checks": checks })))?;
    } else {
        let width = checks.iter().map(|check| display_width(check.name.get(look.language))).max().unwrap_or(0);
        for check in &checks {
            out::print(&line(check, look, width))?;
        }
        let end = match ready {
            true => say!("The workbook can run: cargo workbook", "워크북을 실행할 수 있다: cargo workbook"),
            false => say!("Mend what is marked × first.", "×로 표시된 것을 먼저 고친다."),
        };
        out::print(&format!("\n{}\n", look.say(end)))?;
    }
    Ok(if ready { 0 } else { SETUP })
}

fn line(check: &Check, look: Look, width: usize) -> String {
    let mark = match check.state {
        State::Ok => "✓".green().to_string(),
        State::Optional => "–".yellow().to_string(),
        State::Missing => "×".red().to_string(),
    };
    let name = check.name.get(look.language);
    let pad = " ".repeat(width - display_width(name));
    let mut text = format!("  {mark} {name}{pad}  {}\n", check.found.get(look.language));
    for mend in check.mend.iter().flat_map(|mend| mend.get(look.language).lines()) {
        text.push_str(&format!("    {}  {mend}\n", " ".repeat(width)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_there_and_how_to_mend_what_is_not() {
        let check = |state, found, mend| Check { id: "make", name: say!("make", "make"), state, found, mend };
        let checks = [
            check(State::Ok, say!("GNU Make 4.4", "GNU Make 4.4"), None),
            check(
                State::Missing,
                say!("not found", "없음"),
                Some(say!("Install it:\nsudo apt-get install make", "설치한다:\nsudo apt-get install make")),
            ),
        ];
        let look = Look { language: verdict::Language::Ko, json: false, colour: false };
        let text: String = checks.iter().map(|check| line(check, look, 8)).collect();
        insta::assert_snapshot!(anstream::adapter::strip_str(&text));
    }
}
