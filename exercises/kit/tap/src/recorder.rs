//! Keeps what happens, with the time at which it happened. Shared by the tap's connections and by `lab`, which adds what the answer
//! itself did; whoever waits for something to happen waits here.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::Notify;
use trace::{Event, Recording, What, recording::Header};

/// A recording that is being made. Clones share it.
#[derive(Clone, Debug)]
pub struct Recorder(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    added: Notify,
}

#[derive(Debug)]
struct State {
    began: Instant,
    recording: Recording,
    /// Names on the broker → names in the recording.
    names: BTreeMap<String, String>,
}

impl State {
    /// What was seen so far; an empty recording with the same header is in its place.
    fn take(&mut self) -> Recording {
        let header = Header { dropped: 0, ..self.recording.header.clone() };
        std::mem::replace(&mut self.recording, Recording { header, events: Vec::new() })
    }
}

impl Recorder {
    /// Goes on with `recording`, usually an empty one ([`Recording::of`]). Time 0 is now.
    pub fn new(recording: Recording) -> Self {
        let state = State { began: Instant::now(), recording, names: BTreeMap::new() };
        Self(Arc::new(Inner { state: Mutex::new(state), added: Notify::new() }))
    }

    /// Adds what happens now, and gives the event's index (that which it would have, where the recording is full).
    pub fn record(&self, what: What) -> usize {
        let index = {
            let mut state = self.state();
            // Inside the lock, so that times never run backwards.
            let at = u64::try_from(state.began.elapsed().as_micros()).unwrap_or(u64::MAX);
            let event = Event { at, what }.renamed(&state.names);
            state.recording.push(event);
            state.recording.events.len() - usize::from(state.recording.header.dropped == 0)
        };
        self.0.added.notify_waiters();
        index
    }

    /// A copy of what was seen so far.
    pub fn recording(&self) -> Recording {
        self.with(Recording::clone)
    }

    /// Looks at what was seen so far, without a copy. Nothing is recorded meanwhile, so `look` must be short and must not record.
    pub fn with<R>(&self, look: impl FnOnce(&Recording) -> R) -> R {
        look(&self.state().recording)
    }

    /// From now on the recording calls a topic or group `shown` that is called `real` on the broker. Graders use names there that nobody
    /// else uses; a person reads `T1`.
    pub fn rename(&self, real: &str, shown: &str) {
        let names = &mut self.state().names;
        // Somebody who writes `shown` itself means another group or topic. A quotation mark sorts first, so this is replaced first.
        for before in ["\"group\":\"", "\"topics\":[\""] {
            names.insert(format!("{before}{shown}\""), format!("{before}{shown} (not the one given)\""));
        }
        names.insert(real.to_owned(), shown.to_owned());
    }

    /// Names in the events so far the topics that they call by an id, because the name on the broker is told only now: id → name.
    pub fn name_late(&self, late: &BTreeMap<String, String>) {
        if late.is_empty() {
            return;
        }
        let mut state = self.state();
        let State { recording, names, .. } = &mut *state;
        for event in &mut recording.events {
            let named = event.clone().renamed(late);
            if named != *event {
                *event = named.renamed(names);
            }
        }
    }

    /// Ends the recording, and begins an empty one with the same header. Time 0 of that one is now.
    pub fn begin_anew(&self) -> Recording {
        let mut state = self.state();
        state.began = Instant::now();
        state.take()
    }

    /// Gives what was seen so far and forgets it. Time 0 stays where it was: what comes later belongs to the same story.
    pub fn take(&self) -> Recording {
        self.state().take()
    }

    /// Ends the recording, and goes on with an earlier one, whose times are behind those of what comes now.
    pub fn put_back(&self, earlier: Recording) -> Recording {
        let mut state = self.state();
        let last = Duration::from_micros(earlier.duration());
        state.began = Instant::now().checked_sub(last).unwrap_or_else(Instant::now);
        std::mem::replace(&mut state.recording, earlier)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `seen` holds. It is asked at once and again whenever an event was added; false where it does not hold within `deadline`.
    pub async fn until(&self, deadline: Duration, mut seen: impl FnMut(&Recording) -> bool) -> bool {
        let wait = async {
            loop {
                let mut added = std::pin::pin!(self.0.added.notified());
                // From here on, before the look, so that nothing added in between is missed.
                added.as_mut().enable();
                if self.with(&mut seen) {
                    return;
                }
                added.await;
            }
        };
        tokio::time::timeout(deadline, wait).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use trace::{Request, recording::MOST_EVENTS};

    use super::*;

    fn connected(connection: u32) -> What {
        What::Connected { connection, node: -1 }
    }

    #[test]
    fn events_are_counted_and_times_go_forward() {
        let recorder = Recorder::new(Recording::of("a test"));
        std::thread::scope(|scope| {
            for connection in 0..4 {
                let recorder = recorder.clone();
                scope.spawn(move || (0..100).for_each(|_| assert!(recorder.record(connected(connection)) < 400)));
            }
        });
        let events = recorder.recording().events;
        assert_eq!(events.len(), 400);
        assert!(events.is_sorted_by_key(|event| event.at));
    }

    #[test]
    fn a_full_recording_gives_the_index_that_the_event_would_have() {
        let recorder = Recorder::new(Recording::of("a test"));
        let indices: Vec<_> = (0..MOST_EVENTS + 2).map(|_| recorder.record(connected(1))).collect();
        assert_eq!(indices[MOST_EVENTS - 1..], [MOST_EVENTS - 1, MOST_EVENTS, MOST_EVENTS]);
        assert_eq!(recorder.with(|recording| recording.header.dropped), 2);
    }

    #[tokio::test]
    async fn a_condition_is_met_by_an_event_and_not_by_time() {
        let recorder = Recorder::new(Recording::of("a test"));
        let (one, looks) = (recorder.clone(), std::cell::Cell::new(0));
        let wait = recorder.until(Duration::from_secs(20), |recording| {
            looks.set(looks.get() + 1);
            recording.events.len() == 2
        });
        let happen = async {
            for connection in 1..=2 {
                tokio::task::yield_now().await;
                one.record(connected(connection));
            }
        };
        assert!(tokio::join!(wait, happen).0);
        assert_eq!(looks.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_condition_that_is_never_met_ends_at_the_deadline() {
        let recorder = Recorder::new(Recording::of("a test"));
        assert!(!recorder.until(Duration::from_secs(1), |_| false).await);
    }

    #[test]
    fn what_is_taken_in_parts_is_one_story() {
        let recorder = Recorder::new(Recording::of("a test"));
        let mut events = Vec::new();
        for connection in 1..=3 {
            std::thread::sleep(Duration::from_millis(1));
            recorder.record(connected(connection));
            events.extend(recorder.take().events);
        }
        assert_eq!(recorder.recording(), Recording::of("a test"));
        assert_eq!(events.iter().map(|event| event.what.clone()).collect::<Vec<_>>(), [1, 2, 3].map(connected));
        assert!(events.is_sorted_by_key(|event| event.at) && events[2].at >= 3_000);
    }

    #[test]
    fn a_recording_that_is_put_back_goes_on() {
        let recorder = Recorder::new(Recording::of(""));
        recorder.record(connected(1));
        let first = recorder.begin_anew();
        recorder.record(connected(2));
        recorder.record(connected(3));
        assert_eq!(recorder.put_back(first).events.len(), 2);
        recorder.record(connected(4));
        let events = recorder.recording().events;
        assert_eq!(events.len(), 2);
        assert!(events.is_sorted_by_key(|event| event.at));
    }

    #[test]
    fn a_topic_whose_name_is_told_late_is_named_in_what_came_before() {
        let recorder = Recorder::new(Recording::of(""));
        recorder.rename("4f9c01d2.T1", "T1");
        let given = |topic: &str| What::Response {
            connection: 1,
            correlation: 1,
            version: 1,
            bytes: 1,
            took: 1,
            response: trace::Response::SyncGroup { assignment: vec![trace::Partition::new(topic, 0)], error: None },
        };
        recorder.record(given("0123abcd"));
        recorder.name_late(&BTreeMap::from([("0123abcd".into(), "4f9c01d2.T1".into())]));
        assert_eq!(recorder.recording().events[0].what, given("T1"));
    }

    fn leave(group: &str) -> What {
        let request = Request::LeaveGroup { group: group.into(), members: Vec::new() };
        What::Request { connection: 1, client: "G1".into(), correlation: 1, version: 1, bytes: 1, request }
    }

    #[test]
    fn a_name_that_was_not_given_is_told_apart() {
        let recorder = Recorder::new(Recording::of(""));
        recorder.rename("4f9c01d2.G1", "G1");
        recorder.record(leave("4f9c01d2.G1"));
        recorder.record(leave("G1"));
        let recording = recorder.recording();
        assert_eq!(recording.events[0].what, leave("G1"));
        assert_eq!(recording.events[1].what, leave("G1 (not the one given)"));
    }
}
