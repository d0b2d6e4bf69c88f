//! What happens while an answer is graded, as one stream: the terminal and the page beside the book show the same events.

use serde::{Serialize, Serializer};
use verdict::Verdict;

/// One thing that happened. Steps are named by their id.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// The session turns to a step.
    Turned { step: String },
    /// Cargo builds.
    Building { step: String },
    /// The grader runs.
    Running { step: String },
    /// What is going on, or waited for.
    Noted { step: String, note: Note },
    /// A judgement.
    Graded { step: String, graded: Graded },
    /// The book was built anew, or could not be.
    Book { error: Option<String> },
}

/// What is going on, or waited for.
#[derive(Clone, Debug)]
pub(crate) enum Note {
    /// Worth a line of its own: the grader said it.
    Said(String),
    /// Only to show that something moves, such as the package that is compiled.
    Moving(String),
}

/// The name of a judgement that was none.
pub(crate) const DOES_NOT_COMPILE: &str = "does_not_compile";

/// What came of grading.
#[derive(Clone, Debug)]
pub(crate) enum Graded {
    /// A verdict.
    Judged(Box<Verdict>),
    /// Rust did not compile it; nothing was judged.
    DoesNotCompile {
        /// What the compiler said, as it said it.
        compiler: String,
        /// Whether it was the grader that did not compile: it calls the answer as the starter declared it.
        signature: bool,
    },
}

impl Graded {
    /// Whether the answer passed.
    pub(crate) fn is_pass(&self) -> bool {
        matches!(self, Self::Judged(verdict) if verdict.outcome.is_pass())
    }

    /// The exit code of a command that ends with it.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Judged(verdict) => verdict.outcome.exit_code(),
            Self::DoesNotCompile { .. } => crate::fail::ANSWER,
        }
    }

    /// Its name in `verdict.json` and in the progress.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::DoesNotCompile { .. } => DOES_NOT_COMPILE,
            Self::Judged(verdict) => verdict.outcome.name(),
        }
    }
}

/// As the page reads it: `{"id", "phase", "note"?, "verdict"?, "compiler"?}`.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = match self {
            Self::Turned { step } => Message { id: step, phase: "idle", ..Message::default() },
            Self::Building { step } => Message { id: step, phase: "building", ..Message::default() },
            Self::Running { step } => Message { id: step, phase: "running", ..Message::default() },
            Self::Noted { step, note: Note::Said(note) } => Message { id: step, phase: "running", note, ..Message::default() },
            Self::Noted { step, note: Note::Moving(note) } => Message { id: step, phase: "building", note, ..Message::default() },
            Self::Graded { step, graded: Graded::Judged(verdict) } => {
                Message { id: step, phase: "done", verdict: Some(verdict), ..Message::default() }
            }
            Self::Graded { step, graded: Graded::DoesNotCompile { compiler, .. } } => {
                Message { id: step, phase: "done", note: "does not compile", compiler, ..Message::default() }
            }
            Self::Book { error } => Message { phase: "book", note: error.as_deref().unwrap_or_default(), ..Message::default() },
        };
        message.serialize(serializer)
    }
}

#[derive(Default, Serialize)]
struct Message<'a> {
    id: &'a str,
    phase: &'a str,
    note: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'a Verdict>,
    #[serde(skip_serializing_if = "str::is_empty")]
    compiler: &'a str,
}

#[cfg(test)]
pub(crate) mod tests {
    use verdict::Outcome;

    use super::*;

    pub(crate) fn verdict(outcome: Outcome) -> Verdict {
        Verdict {
            step: "01_a/01_b".into(),
            outcome,
            broker: String::new(),
            took_ms: 1,
            source: String::new(),
            grader_edited: None,
            output: String::new(),
        }
    }

    #[test]
    fn the_page_reads_id_phase_note_and_verdict() {
        let step = || "01_a/01_b".to_owned();
        let graded = Graded::Judged(Box::new(verdict(Outcome::Pass)));
        let events = [
            Event::Building { step: step() },
            Event::Noted { step: step(), note: Note::Said("waiting for: G1".into()) },
            Event::Graded { step: step(), graded },
            Event::Book { error: None },
        ];
        let json: Vec<_> = events.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        insta::assert_snapshot!(json.join("\n"));
    }
}
