//! What `01_poll_loop` measures in the answer's process: how often the consumer is polled, and whether it is polled at all.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lab::Process;
use lab::trace::{Note, Recording, What};
use rdkafka::{ClientContext, consumer::ConsumerContext, util::Timeout};

use super::{ALL, AT_FIRST, end};

/// After how many records, and for how long, the polls are counted. Who ends after a second without a record has ended by then.
const WINDOWS: [(usize, Duration); 2] = [(AT_FIRST, Duration::from_millis(1_100)), (ALL, Duration::from_millis(200))];
const POLLS: &str = " polls without a record in ";
/// How long nobody may poll while no record is in work; the task says one second. Counted in ticks, which stand still with the machine.
const PAUSE: Duration = Duration::from_millis(1_500);
const TICK: Duration = Duration::from_millis(50);
const PAUSED: &str = "0 polls without a record in 1500 ms";

/// A consumer's context that counts the calls of `poll` and of `process`.
#[derive(Clone, Default)]
pub struct Counting {
    polls: Arc<AtomicUsize>,
    records: Arc<AtomicUsize>,
    works: Arc<AtomicBool>,
}

impl ClientContext for Counting {}

impl ConsumerContext for Counting {
    /// rdkafka asks for it once in each call of `poll`. The value is the default.
    fn main_queue_min_poll_interval(&self) -> Timeout {
        self.polls.fetch_add(1, Ordering::Relaxed);
        Timeout::After(Duration::from_secs(1))
    }
}

impl Counting {
    /// `process`, and counts the record.
    pub(super) fn counted(&self, process: Process) -> Process {
        let Self { records, works, .. } = self.clone();
        Arc::new(move |record| {
            works.store(true, Ordering::Relaxed);
            process(record);
            records.fetch_add(1, Ordering::Relaxed);
            works.store(false, Ordering::Relaxed);
        })
    }

    /// Calls of `poll`, and records processed.
    fn now(&self) -> (usize, usize) {
        (self.polls.load(Ordering::Relaxed), self.records.load(Ordering::Relaxed))
    }
}

/// Marks how often the consumer was polled while no record came, once the first records are processed, and again after all of them; and
/// that it is not polled at all.
pub(super) fn mark(counting: &Counting, mark: impl Fn(String) + Send + 'static) {
    let counting = counting.clone();
    thread::spawn(move || {
        let (mut last, mut paused, mut windows) = (counting.now(), Duration::ZERO, &WINDOWS[..]);
        let (mut quiet, mut since) = (last, Instant::now());
        while paused < PAUSE {
            thread::sleep(TICK);
            let now = counting.now();
            let goes_on = now != last || counting.works.load(Ordering::Relaxed);
            (last, paused) = (now, if goes_on { Duration::ZERO } else { paused + TICK });
            let [(records, window), later @ ..] = windows else { continue };
            if now.1 != quiet.1 || now.1 < *records {
                (quiet, since) = (now, Instant::now());
            } else if since.elapsed() > *window {
                mark(format!("{}{POLLS}{} ms", now.0 - quiet.0, since.elapsed().as_millis()));
                windows = later;
            }
        }
        mark(PAUSED.to_owned());
    });
}

/// The index of the mark that the consumer is not polled. When its loop has ended, it need not be.
pub(super) fn paused(seen: &Recording) -> Option<usize> {
    let mark = seen.first(|what| matches!(what, What::Note { note: Note::Mark { text }, .. } if text == PAUSED));
    mark.filter(|mark| end::of(seen, 1).is_none_or(|ended| *mark < ended))
}

/// The marks of quiet times: the index, and polls a second.
pub(super) fn measured(seen: &Recording) -> impl Iterator<Item = (usize, u64)> {
    let rate = |text: &str| {
        let (polls, took) = text.strip_suffix(" ms")?.split_once(POLLS)?;
        Some(polls.parse::<u64>().ok()? * 1000 / took.parse::<u64>().ok()?.max(1))
    };
    seen.events.iter().enumerate().filter_map(move |(index, event)| match &event.what {
        What::Note { note: Note::Mark { text }, .. } => Some((index, rate(text)?)),
        _ => None,
    })
}
