//! The calls of `next_batch` as marks on the time line: what each returned and how long it took, or that it was dropped.

use std::time::Duration;

use lab::trace::{Note, Recording, What};
use rdkafka::{error::KafkaResult, message::OwnedMessage};

/// The mark of a call whose future was dropped.
pub(super) const DROPPED: &str = "call dropped";

/// The mark of a call that returned.
pub(super) fn told(returned: &KafkaResult<Vec<OwnedMessage>>, took: Duration) -> String {
    let what = match returned {
        Ok(batch) => format!("batch of {}", batch.len()),
        Err(error) => format!("Err: {error}"),
    };
    format!("{what} after {} ms", took.as_millis())
}

/// A call that is over.
pub(super) struct Call {
    /// The mark's event.
    pub(super) mark: usize,
    /// Microseconds since the recording began.
    pub(super) at: u64,
    pub(super) end: End,
}

/// How a call ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It returned so many records, after so many ms.
    Batch(usize, u64),
    Error,
    Dropped,
}

/// The calls that are over.
pub(super) fn of(seen: &Recording) -> Vec<Call> {
    let end = |text: &str| match text {
        DROPPED => Some(End::Dropped),
        _ => {
            let (what, took) = text.rsplit_once(" after ")?;
            let took = took.strip_suffix(" ms")?.parse().ok()?;
            match what.strip_prefix("batch of ") {
                Some(records) => Some(End::Batch(records.parse().ok()?, took)),
                None => what.starts_with("Err: ").then_some(End::Error),
            }
        }
    };
    let call = |(mark, event): (usize, &lab::trace::Event)| match &event.what {
        What::Note { note: Note::Mark { text }, .. } => Some(Call { mark, at: event.at, end: end(text)? }),
        _ => None,
    };
    seen.events.iter().enumerate().filter_map(call).collect()
}
