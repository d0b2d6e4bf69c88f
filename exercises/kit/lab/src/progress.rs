//! One line on standard error for each thing that takes time, so that nobody looks at a still screen. Written past the test
//! harness's capture; `workbook` knows the lines by how they begin.

use std::io::Write;

use verdict::{Language, Text, agreed::PROGRESS, names};

/// Says what is going on, or what is waited for. A test that takes long says so with it, too.
pub fn say(what: &str) {
    // A closed standard error is no reason to stop grading.
    let _ = writeln!(std::io::stderr(), "{PROGRESS}{what}");
}

/// Says what is going on, in the language of the environment.
pub(crate) fn tell(what: &Text) {
    say(what.get(Language::current()));
}

/// Says which broker was found.
pub(crate) fn broker(name: &str) {
    let Text { en, ko } = names::broker(name);
    tell(&verdict::say!("broker: {en}", "브로커: {ko}"));
}

/// Says what is waited for, in the language of the environment.
pub(crate) fn waiting_for(what: &Text) {
    let words = match Language::current() {
        Language::En => "waiting for:",
        Language::Ko => "기다리는 중:",
    };
    say(&format!("{words} {}", what.get(Language::current())));
}

/// Shows a finished text, such as a verdict.
pub(crate) fn show(text: &str) {
    let _ = write!(std::io::stderr(), "\n{text}");
}
