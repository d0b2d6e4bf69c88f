//! What `01_poll_loop` measures in the answer's process: how often the consumer is polled, and when a stop has arrived there.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lab::Process;
use lab::trace::{Note, Recording, What};
use rdkafka::{ClientContext, consumer::ConsumerContext, util::Timeout};
use tokio_util::sync::CancellationToken;

use super::{ALL, AT_FIRST};

/// After how many records, and for how long, the polls are counted. Who ends after a second without a record has ended by then.
const WINDOWS: [(usize, Duration); 2] = [(AT_FIRST, Duration::from_millis(1_100)), (ALL, Duration::from_millis(200))];
const POLLS: &str = " polls without a record in ";
const CANCELLED: &str = "stop is cancelled";

/// A consumer's context that counts the calls of `poll` and of `process`.
#[derive(Clone, Default)]
pub struct Counting {
    polls: Arc<AtomicUsize>,
    records: Arc<AtomicUsize>,
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
        let records = self.records.clone();
        Arc::new(move |record| {
            process(record);
            records.fetch_add(1, Ordering::Relaxed);
        })
    }
}

/// Marks how often the consumer was polled while no record came: once the first records are processed, and again after all of them.
pub(super) fn measure_when_quiet(counting: &Counting, mark: impl Fn(String) + Send + 'static) {
    let Counting { polls, records } = counting.clone();
    let now = move || (polls.load(Ordering::Relaxed), records.load(Ordering::Relaxed));
    thread::spawn(move || {
        for (at_least, window) in WINDOWS {
            loop {
                let ((polled, processed), began) = (now(), Instant::now());
                thread::sleep(if processed < at_least { Duration::from_millis(5) } else { window });
                let ((again, later), took) = (now(), began.elapsed().as_millis());
                if processed >= at_least && later == processed {
                    mark(format!("{}{POLLS}{took} ms", again - polled));
                    break;
                }
            }
        }
    });
}

/// These marks: the index, and polls a second.
pub(super) fn measured(seen: &Recording) -> Vec<(usize, u64)> {
    let rate = |text: &str| {
        let (polls, took) = text.strip_suffix(" ms")?.split_once(POLLS)?;
        Some(polls.parse::<u64>().ok()? * 1000 / took.parse::<u64>().ok()?.max(1))
    };
    let marks = seen.events.iter().enumerate().filter_map(|(index, event)| match &event.what {
        What::Note { note: Note::Mark { text }, .. } => Some((index, rate(text)?)),
        _ => None,
    });
    marks.collect()
}

/// Marks that a stop token is cancelled, as the answer sees it from then on.
pub(super) fn mark_cancelled(stop: CancellationToken, mark: impl Fn(String) + Send + 'static) {
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers needs nothing");
        runtime.block_on(stop.cancelled());
        mark(CANCELLED.to_owned());
    });
}

pub(super) fn is_cancelled(seen: &Recording) -> bool {
    seen.find(|what| matches!(what, What::Note { note: Note::Mark { text }, .. } if text == CANCELLED)).next().is_some()
}
