//! The list of events and its JSON Lines form: a header line, then one event a line. Filled by `tap` and `lab`; committed for the
//! book under `book/recordings`. Reading and writing are to and from text; files are the caller's business.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Event, Note, Partition, Progress, Request, Response, What};

/// The version of the form below. A reader refuses any other.
pub const VERSION: u32 = 1;

/// A recording keeps at most this many events; what comes later is counted in [`Header::dropped`] instead.
pub const MOST_EVENTS: usize = 100_000;

/// The first line of a recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the form, [`VERSION`].
    pub recording: u32,
    /// The step whose answer was recorded, such as `01_groups/01_one_consumer`; empty for a recording of any other client.
    #[serde(default)]
    pub step: String,
    /// The broker, such as `Apache Kafka 4.3.1 (container)`.
    #[serde(default)]
    pub broker: String,
    /// The client, such as `librdkafka 2.12.1`.
    #[serde(default)]
    pub client: String,
    /// Number of events that were not kept because there were too many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// What was seen in one run, in the order in which it was seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// What was recorded.
    pub header: Header,
    /// What happened.
    pub events: Vec<Event>,
}

/// A text is not a recording.
#[derive(Debug, thiserror::Error)]
pub enum NotARecording {
    /// There is no first line, or it is not a header.
    #[error("line 1 is not the header of a recording: {0}")]
    Header(String),
    /// It was written by another version of the workbook.
    #[error("the recording has version {0}; this workbook reads version {VERSION}: record it again")]
    Version(u32),
    /// A line is not an event.
    #[error("line {line} is not an event: {reason}")]
    Event {
        /// The line's number, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

impl Recording {
    /// An empty recording of `step`'s answer.
    pub fn of(step: impl Into<String>) -> Self {
        Self { header: Header { recording: VERSION, step: step.into(), ..Header::default() }, events: Vec::new() }
    }

    /// Adds an event, or counts it as dropped where the recording is full.
    pub fn push(&mut self, event: Event) {
        if self.events.len() < MOST_EVENTS {
            self.events.push(event);
        } else {
            self.header.dropped += 1;
        }
    }

    /// The JSON Lines form.
    pub fn to_jsonl(&self) -> String {
        let mut text = String::new();
        let lines = std::iter::once(serde_json::to_string(&self.header)).chain(self.events.iter().map(serde_json::to_string));
        for line in lines {
            text.push_str(&line.expect("events hold nothing that JSON cannot"));
            text.push('\n');
        }
        text
    }

    /// Reads the JSON Lines form.
    ///
    /// # Errors
    /// The text is not a recording, or one of another version.
    pub fn from_jsonl(text: &str) -> Result<Self, NotARecording> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (_, first) = lines.next().ok_or_else(|| NotARecording::Header("the text is empty".into()))?;
        let header: Header = serde_json::from_str(first).map_err(|e| NotARecording::Header(e.to_string()))?;
        if header.recording != VERSION {
            return Err(NotARecording::Version(header.recording));
        }
        let events = lines
            .map(|(at, line)| {
                serde_json::from_str(line).map_err(|e| NotARecording::Event { line: at + 1, reason: e.to_string() })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { header, events })
    }

    /// The same recording with other names, real → shown.
    #[must_use]
    pub fn renamed(&self, names: &BTreeMap<String, String>) -> Self {
        let events = self.events.iter().cloned().map(|event| event.renamed(names)).collect();
        Self { header: self.header.clone(), events }
    }

    /// Microseconds from the beginning to the last event; 0 for an empty recording.
    pub fn duration(&self) -> u64 {
        self.events.last().map_or(0, |event| event.at)
    }

    /// The events since an answer was started last; all of them where none was.
    pub fn last_life(&self) -> &[Event] {
        let started = |event: &Event| matches!(event.what, What::Note { note: Note::Started, .. });
        &self.events[self.events.iter().rposition(started).unwrap_or(0)..]
    }

    /// How often `process` has returned, for any record; one that came twice counts twice.
    pub fn times_processed(&self) -> usize {
        self.find(|what| matches!(what, What::Record { progress: Progress::Processed, .. })).count()
    }

    /// How many connections, a consumer each on one broker, were told since the last record at least so many times that there is nothing:
    /// whoever reads there waits for more.
    pub fn waiting(&self, times: usize) -> usize {
        let since = self.events.iter().rev().take_while(|event| !matches!(event.what, What::Record { .. }));
        let mut told: Vec<u32> = since
            .filter_map(|event| match &event.what {
                What::Response { connection, response: Response::Fetch { partitions, .. }, .. } => {
                    partitions.values().all(|fetched| fetched.records == 0).then_some(*connection)
                }
                _ => None,
            })
            .collect();
        told.sort_unstable();
        told.chunk_by(u32::eq).filter(|answers| answers.len() >= times).count()
    }

    /// The index in [`Self::events`] of the first [`Note::AskedToStop`]; none where nobody was asked.
    pub fn asked_to_stop(&self) -> Option<usize> {
        self.first(|what| matches!(what, What::Note { note: Note::AskedToStop, .. }))
    }

    /// The index in [`Self::events`] of the first Fetch that begins to read a partition behind the offset that `from` says of it.
    pub fn begins_behind(&self, from: impl Fn(&Partition) -> i64) -> Option<usize> {
        let mut begun = BTreeSet::new();
        self.events.iter().position(|event| match &event.what {
            What::Request { request: Request::Fetch { offsets, .. }, .. } => {
                offsets.iter().any(|(partition, offset)| begun.insert(partition) && *offset > from(partition))
            }
            _ => false,
        })
    }

    /// The index in [`Self::events`] of the first event that matches.
    pub fn first(&self, matches: impl Fn(&What) -> bool) -> Option<usize> {
        self.events.iter().position(|event| matches(&event.what))
    }

    /// The events that match, with their index in [`Self::events`].
    pub fn find<'a>(&'a self, matches: impl Fn(&What) -> bool + 'a) -> impl Iterator<Item = (usize, &'a Event)> {
        self.events.iter().enumerate().filter(move |(_, event)| matches(&event.what))
    }
}
