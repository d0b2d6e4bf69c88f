//! The Fetch requests for one topic, each with its answer: what was asked, how long the broker kept it, and what it brought.

use lab::trace::{Recording, Request, Response, What};
use lab::{Evidence, Run, Text, say};

/// One Fetch that was answered.
pub(super) struct Fetch {
    /// The events of the request and of the answer.
    pub(super) asked: usize,
    pub(super) answered: usize,
    pub(super) max_wait_ms: u64,
    pub(super) min_bytes: u32,
    /// How long the broker kept it.
    pub(super) took_ms: u64,
    pub(super) bytes: u32,
    pub(super) records: u32,
    /// The last offset that it brought; −1 for none.
    pub(super) last: i64,
}

/// The answered Fetches for `topic`.
pub(super) fn of(seen: &Recording, topic: &str) -> Vec<Fetch> {
    let pair = |(index, event): (usize, &lab::trace::Event)| {
        let What::Request { request: Request::Fetch { max_wait_ms, min_bytes, offsets, .. }, .. } = &event.what else {
            return None;
        };
        let partition = offsets.keys().find(|partition| partition.topic == topic)?;
        let answered = seen.answer_to(index)?;
        let What::Response { bytes, took, response: Response::Fetch { partitions, .. }, .. } = &seen.events[answered].what else {
            return None;
        };
        let brought = partitions.get(partition)?;
        Some(Fetch {
            asked: index,
            answered,
            max_wait_ms: u64::try_from(*max_wait_ms).unwrap_or_default(),
            min_bytes: u32::try_from(*min_bytes).unwrap_or_default(),
            took_ms: took / 1000,
            bytes: *bytes,
            records: brought.records,
            last: brought.last.unwrap_or(-1),
        })
    };
    seen.events.iter().enumerate().filter_map(pair).collect()
}

impl Fetch {
    /// What was asked, and what came of it.
    pub(super) fn shown(&self, run: &Run) -> [Evidence; 2] {
        let Self { min_bytes, max_wait_ms, took_ms, bytes, records, .. } = self;
        let asked = format!("Fetch min_bytes={min_bytes} max_wait_ms={max_wait_ms}");
        let answered = say!(
            "answered after {took_ms} ms: {records} records, {bytes} bytes",
            "{took_ms}ms 뒤 응답: 레코드 {records}개, {bytes}바이트"
        );
        [
            Evidence { text: Text { en: asked.clone(), ko: asked }, ..run.event(self.asked) },
            Evidence { text: answered, ..run.event(self.answered) },
        ]
    }
}
