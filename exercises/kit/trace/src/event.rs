//! One thing that happened, and when. Made by `tap` (frames, connections, faults) and by `lab` (what the answer did); read by all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Partition, Request, Response};

/// One thing that happened. Events of a recording are in the order in which they were seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Microseconds since the recording began.
    #[serde(rename = "us")]
    pub at: u64,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

impl Event {
    /// The same event with other names, real → shown, wherever a name occurs in it. Where that would leave no event, it stays as it is:
    /// a broker may tell any name, and only Kafka's own have no quotation marks.
    #[must_use]
    pub fn renamed(self, names: &BTreeMap<String, String>) -> Self {
        if names.is_empty() {
            return self;
        }
        let original = serde_json::to_string(&self).expect("an event holds nothing that JSON cannot");
        let text = names.iter().fold(original.clone(), |text, (real, shown)| text.replace(real.as_str(), shown));
        if text == original {
            return self;
        }
        serde_json::from_str(&text).unwrap_or(self)
    }
}

/// What happened. `connection` numbers connections from 1 in the order in which the client opened them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The client opened a connection to a broker.
    Connected {
        /// The connection's number.
        connection: u32,
        /// Kafka's node id of the broker, −1 where the address came from `bootstrap.servers`.
        node: i32,
    },
    /// A connection ended.
    Disconnected {
        /// The connection's number.
        connection: u32,
        /// Who ended it.
        by: Side,
    },
    /// The client asked.
    Request {
        /// The connection's number.
        connection: u32,
        /// `client.id` as the request's header carries it.
        client: String,
        /// The number that pairs a request with its response on one connection.
        correlation: i32,
        /// The version of the request.
        version: i16,
        /// Length of the frame in bytes, without the four bytes of the length itself.
        bytes: u32,
        /// What it asked.
        #[serde(flatten)]
        request: Request,
    },
    /// The broker answered, and the answer went on to the client.
    Response {
        /// The connection's number.
        connection: u32,
        /// The correlation of the request that it answers.
        correlation: i32,
        /// The version of that request.
        version: i16,
        /// Length of the frame in bytes, without the four bytes of the length itself.
        bytes: u32,
        /// Microseconds between the request and this answer.
        took: u64,
        /// What it answered.
        #[serde(flatten)]
        response: Response,
    },
    /// The tap did something to the line on purpose.
    Fault {
        /// The connection's number.
        connection: u32,
        /// What was done, in words: `delayed by 300 ms`, `answered REBALANCE_IN_PROGRESS`, `cut`.
        fault: String,
        /// The request that it was done to, such as `OffsetCommit`; empty where it was done to the connection itself.
        api: String,
    },
    /// The answer reached a point with one record.
    Record {
        /// How far it got.
        progress: Progress,
        /// Which consumer of the answer reported it, from 1.
        member: u32,
        /// The record's partition.
        partition: Partition,
        /// The record's offset.
        offset: i64,
    },
    /// Something happened to the program that runs the answer.
    Note {
        /// Which consumer or program of the answer it concerns, from 1; 0 for all.
        member: u32,
        /// What happened.
        #[serde(flatten)]
        note: Note,
    },
}

/// Who ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The client closed it, or its process ended.
    Client,
    /// The broker closed it.
    Broker,
    /// The tap: it cut it on purpose, it ended itself, or it could not put an address of its own into an answer.
    Tap,
}

/// How far the answer got with one record, in this order. Between handing over and committing lie the last three of a partition's
/// four positions (see [`crate::positions`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// `process` was called with it.
    HandedOver,
    /// `process` returned.
    Processed,
}

/// What happened to the program that runs the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// It was started.
    Started,
    /// It was asked to stop (the stop token).
    AskedToStop,
    /// Its function returned.
    Returned {
        /// The error it returned, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// What it returned, as JSON text, if the exercise returns something.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
    /// It panicked.
    Panicked {
        /// The panic's message, with file and line.
        message: String,
    },
    /// Its process ended.
    Exited {
        /// The exit code, or none where a signal ended it.
        code: Option<i32>,
        /// The signal that ended it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<i32>,
    },
    /// The lab ended it with SIGKILL, as a crash.
    Killed,
    /// It did not end in time, so that the lab ended it.
    OutOfTime {
        /// What the lab was waiting for.
        waiting_for: String,
    },
    /// The client stored an offset, to be committed later. It does not travel; the program that calls the client tells it.
    Stored {
        /// The partition.
        partition: Partition,
        /// The next offset to read.
        offset: i64,
    },
    /// Something that the exercise itself wants to be seen on the time line.
    Mark {
        /// What it is, such as `C2 starts`.
        text: String,
    },
}
