//! The commits of a recording, each with its answer, and the two numbers that they are compared with: up to where the records of a
//! partition were processed, and up to where they were committed. Graders of the chapters on commits read it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Partition, Progress, Recording, Request, Response, What, response::ErrorName};

/// One OffsetCommit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Index of the request.
    pub asked: usize,
    /// Index of its answer, if it got one.
    pub answered: Option<usize>,
    /// Whether its connection ended before the answer. The client sends such a commit again, on the next connection.
    pub lost: bool,
    /// The next offset of each partition, as it was asked for.
    pub offsets: BTreeMap<Partition, i64>,
    /// The first error of the answer; none where there is none, or no answer.
    pub error: Option<ErrorName>,
}

impl Commit {
    /// Whether the broker took it, before event `before`.
    pub fn was_taken(&self, before: usize) -> bool {
        self.answered.is_some_and(|answered| answered < before) && self.error.is_none()
    }
}

impl Recording {
    /// All commits for `group`, in the order in which they were asked for.
    pub fn commits(&self, group: &str) -> Vec<Commit> {
        let commit = |(asked, event): (usize, &crate::Event)| match &event.what {
            What::Request { connection, request: Request::OffsetCommit { group: of, offsets, .. }, .. } if of == group => {
                let answered = self.answer_to(asked);
                let is_end = |what: &What| matches!(what, What::Disconnected { connection: of, .. } if of == connection);
                let lost = answered.is_none() && self.events[asked..].iter().any(|event| is_end(&event.what));
                let error = answered.and_then(|answered| match &self.events[answered].what {
                    What::Response { response: Response::OffsetCommit { results }, .. } => {
                        results.values().flatten().next().cloned()
                    }
                    _ => None,
                });
                Some(Commit { asked, answered, lost, offsets: offsets.clone(), error })
            }
            _ => None,
        };
        self.events.iter().enumerate().filter_map(commit).collect()
    }

    /// The next offset of `partition` that the broker took, where event `answer` says so.
    pub fn commit_taken(&self, answer: usize, partition: &Partition) -> Option<i64> {
        let What::Response { response: Response::OffsetCommit { results }, .. } = &self.events.get(answer)?.what else {
            return None;
        };
        results.get(partition).filter(|error| error.is_none())?;
        match &self.events[self.asked_by(answer)?].what {
            What::Request { request: Request::OffsetCommit { offsets, .. }, .. } => offsets.get(partition).copied(),
            _ => None,
        }
    }

    /// The next offset of `partition` that `group` had committed before event `before`; none where it had committed none.
    pub fn committed_before(&self, group: &str, partition: &Partition, before: usize) -> Option<i64> {
        let taken = self.commits(group).into_iter().filter(|commit| commit.was_taken(before));
        taken.filter_map(|commit| commit.offsets.get(partition).copied()).next_back()
    }

    /// The first offset of `partition` that was not processed before event `before`, though records behind it may have been: how far a
    /// commit may go. It counts from the lowest offset that was ever handed over.
    pub fn processed_before(&self, partition: &Partition, before: usize) -> i64 {
        let of = |progress: Progress| {
            move |what: &What| match what {
                What::Record { progress: reached, partition: of, offset, .. } if *reached == progress && of == partition => {
                    Some(*offset)
                }
                _ => None,
            }
        };
        let first = self.events.iter().filter_map(|event| of(Progress::HandedOver)(&event.what)).min().unwrap_or(0);
        let earlier = self.events.iter().take(before);
        let done: BTreeSet<i64> = earlier.filter_map(|event| of(Progress::Processed)(&event.what)).collect();
        (first..).find(|offset| !done.contains(offset)).unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Event;

    fn t1() -> Partition {
        Partition::new("T1", 0)
    }

    fn recording(events: Vec<What>) -> Recording {
        let mut recording = Recording::of("");
        events.into_iter().zip(0..).for_each(|(what, at)| recording.push(Event { at, what }));
        recording
    }

    fn record(progress: Progress, offset: i64) -> What {
        What::Record { progress, member: 1, partition: t1(), offset }
    }

    fn commit(correlation: i32, offset: i64, error: Option<&str>) -> [What; 2] {
        let offsets = [(t1(), offset)].into();
        let request = Request::OffsetCommit { group: "G1".into(), member: "m".into(), generation: 1, offsets };
        let response = Response::OffsetCommit { results: [(t1(), error.map(str::to_owned))].into() };
        [
            What::Request { connection: 1, client: "C1".into(), correlation, version: 9, bytes: 9, request },
            What::Response { connection: 1, correlation, version: 9, bytes: 9, took: 9, response },
        ]
    }

    #[test]
    fn a_commit_counts_when_it_is_taken() {
        let [asked, taken] = commit(1, 3, None);
        let [again, refused] = commit(2, 5, Some("ILLEGAL_GENERATION"));
        let seen = recording(vec![asked, taken, again, refused]);
        assert_eq!(seen.committed_before("G1", &t1(), 1), None);
        assert_eq!(seen.committed_before("G1", &t1(), 4), Some(3));
        assert_eq!(seen.committed_before("G2", &t1(), 4), None);
        assert_eq!(seen.commits("G1")[1].error.as_deref(), Some("ILLEGAL_GENERATION"));
    }

    #[test]
    fn a_commit_is_lost_with_its_connection() {
        let ([asked, taken], [unanswered, _]) = (commit(1, 3, None), commit(2, 5, None));
        let end = What::Disconnected { connection: 1, by: crate::event::Side::Client };
        let lost = |events| recording(events).commits("G1").iter().map(|commit| commit.lost).collect::<Vec<_>>();
        assert_eq!(lost(vec![asked.clone(), taken.clone(), unanswered.clone(), end]), [false, true]);
        assert_eq!(lost(vec![asked, taken, unanswered]), [false, false]);
    }

    #[test]
    fn what_is_done_behind_a_gap_may_not_be_committed() {
        use Progress::{HandedOver, Processed};
        let seen = recording(vec![record(HandedOver, 4), record(HandedOver, 5), record(Processed, 5), record(Processed, 4)]);
        assert_eq!(seen.processed_before(&t1(), 3), 4);
        assert_eq!(seen.processed_before(&t1(), 4), 6);
        assert_eq!(seen.processed_before(&Partition::new("T1", 1), 4), 0);
    }
}
