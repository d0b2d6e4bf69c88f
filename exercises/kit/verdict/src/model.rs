//! The verdict and its kinds. The JSON form of [`Verdict`] is `verdict.json`; the page, the terminal and exports read that one value.

use serde::{Deserialize, Serialize};

use crate::Text;

/// What a grader says of one run of one answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The step, such as `01_groups/01_one_consumer`.
    pub step: String,
    /// The judgement.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The broker that it ran on, in words: `Apache Kafka 4.3.1 in a container`. Empty where it came to no broker.
    #[serde(default)]
    pub broker: String,
    /// Milliseconds from the start of the run to the judgement, without the time that the broker took to start.
    pub took_ms: u64,
    /// Hash of the answer's source (see [`crate::place::hash_of`]), so that a later edit is noticed.
    #[serde(default)]
    pub source: String,
    /// Whether the grader was changed since it was last committed; none where there is no git to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grader_edited: Option<bool>,
    /// The last lines that the answer printed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub output: String,
}

/// The four kinds of judgement, and `Skipped` where the broker at hand cannot show what the step is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The answer does what the step asks.
    #[default]
    Pass,
    /// The answer makes a mistake that has a name.
    Answer {
        /// The mistake.
        mistake: Mistake,
    },
    /// The machine is not ready. Never counted as wrong.
    Setup {
        /// What is missing and how to mend it.
        trouble: Trouble,
    },
    /// The workbook itself failed.
    Bug {
        /// What happened, for a report.
        what: String,
    },
    /// Not judged, because the broker at hand cannot judge it truthfully. Never counted as passed.
    Skipped {
        /// Why.
        reason: Text,
    },
}

/// A mistake with a name, and what shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// Its name, stable, such as `assigned_by_hand`. Unique within the step.
    pub id: String,
    /// One sentence that names the mistake.
    pub title: Text,
    /// What was expected.
    pub expected: Text,
    /// What the recording shows, two or three events.
    pub seen: Vec<Evidence>,
    /// Why it matters, one sentence.
    pub why: Text,
    /// The place in the book that explains it, `page#anchor`, such as `01_groups/01_one_consumer#positions`.
    pub read: String,
}

/// One thing that the recording shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Index of the event in the recording beside the verdict; none for what is *missing* from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<usize>,
    /// Microseconds since the recording began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub us: Option<u64>,
    /// The event in words.
    pub text: Text,
}

/// What is missing on the machine, and how to mend it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    /// Its name, stable, such as `docker_permission`.
    pub id: String,
    /// One sentence that says what is missing.
    pub what: Text,
    /// What to do.
    pub mend: Text,
    /// A command to type, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// What the system said, for those who know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl Outcome {
    /// The exit code of a command that ends with this judgement: 0 pass or skipped, 1 your answer, 3 set-up, 4 a bug of the workbook.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Pass | Self::Skipped { .. } => 0,
            Self::Answer { .. } => 1,
            Self::Setup { .. } => 3,
            Self::Bug { .. } => 4,
        }
    }

    /// Its name in `verdict.json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Answer { .. } => "answer",
            Self::Setup { .. } => "setup",
            Self::Bug { .. } => "bug",
            Self::Skipped { .. } => "skipped",
        }
    }

    /// Whether the answer passed.
    pub fn is_pass(&self) -> bool {
        matches!(self, Self::Pass)
    }
}

impl From<Mistake> for Outcome {
    fn from(mistake: Mistake) -> Self {
        Self::Answer { mistake }
    }
}
