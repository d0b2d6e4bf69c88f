//! The line between the grader's process and the answer's: one JSON value a line, over a loopback socket. Every thread of the answer
//! that reports has a connection of its own, so that one record held back holds back that thread alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trace::{Partition, Progress};

/// The environment variable that makes a test binary the answer's process. Holds an [`Invitation`] as JSON.
pub(crate) const INVITATION: &str = "WORKBOOK_ANSWER";

/// What the answer's process is told when it starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Invitation {
    /// Where to report, `127.0.0.1:port`.
    pub(crate) desk: String,
    /// `bootstrap.servers` for the answer: the tap.
    pub(crate) bootstrap: String,
    /// Names as the exercise calls them → names on the broker (`T1` → `4f9c01d2.T1`).
    pub(crate) names: BTreeMap<String, String>,
    /// What the grader wants to tell the exercise's own part, by name.
    pub(crate) numbers: BTreeMap<String, i64>,
}

/// What the answer's process says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Report {
    /// The first line on the connection over which the desk may speak, and nobody reports.
    Listening,
    /// A record reached a point. The desk answers [`GO_ON`] when the answer may go on.
    Record { progress: Progress, member: u32, partition: Partition, offset: i64 },
    /// The answer's function returned.
    Returned { error: Option<String>, value: Option<String> },
    /// The exercise's own part wants something to be seen on the time line.
    Mark { member: u32, text: String },
    /// The exercise's own part has stored an offset.
    Stored { member: u32, partition: Partition, offset: i64 },
    /// A thread of the answer panicked.
    Panicked { message: String },
}

/// What the desk says when a report has been noted and the answer may go on.
pub(crate) const GO_ON: &str = "go on";
/// What the desk says on the listening connection, followed by a member's number, when that member shall stop; 0 means all.
pub(crate) const STOP: &str = "stop";
