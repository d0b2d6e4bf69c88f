//! The Fetch requests for one topic, each with its answer: what was asked, how long the broker kept it, and what it brought.

use lab::trace::{Recording, Request, Response, What};
use lab::{Evidence, Mistake, Run, Text, mistake, say};

use super::PAGE;

/// No busy machine takes so long from an answer to the next request; a client that has enough in its queue takes a second by default.
const PAUSE_US: u64 = 800_000;

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

/// The answer after which the client made a pause, and the request with which it went on.
pub(super) fn pause(seen: &Recording, topic: &str) -> Option<(usize, usize)> {
    let fetches = of(seen, topic);
    let mut pairs = fetches.windows(2).map(|pair| (pair[0].answered, pair[1].asked));
    pairs.find(|(before, after)| seen.events[*after].at.saturating_sub(seen.events[*before].at) > PAUSE_US)
}

/// The client sends its Fetches one after another, unless its settings hold it back.
pub(super) fn one_after_another(run: &Run, topic: &str) -> Result<(), Mistake> {
    let Some((before, after)) = pause(&run.recording, topic) else { return Ok(()) };
    Err(mistake("paused_fetching", say!("the client made a pause between two Fetches", "클라이언트가 두 Fetch 사이에 쉬었다"))
        .expected(say!("the next Fetch follows the answer", "응답이 오면 이어서 다음 Fetch를 보낸다"))
        .seen([run.event(before), run.event(after)])
        .why(say!(
            "with queued.min.messages records or queued.max.messages.kbytes in its queue, the client looks again only after fetch.queue.backoff.ms",
            "큐에 queued.min.messages나 queued.max.messages.kbytes만큼 있으면 클라이언트는 fetch.queue.backoff.ms가 지나야 다시 본다"
        ))
        .read(&format!("{PAGE}#how-much-an-answer-may-bring")))
}
