//! One line on standard error for each thing that takes time, so that nobody looks at a still screen. Written past the test
//! harness's capture; `workbook` reads the lines by their prefix.

use std::io::Write;

use verdict::{Language, Text, names};

/// The prefix of a progress line.
pub const PREFIX: &str = "workbook: ";

/// Says what is going on, or what is waited for.
pub fn say(what: &str) {
    // A closed standard error is no reason to stop grading.
    let _ = writeln!(std::io::stderr(), "{PREFIX}{what}");
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
