//! Crashes on purpose: at which point a program was killed, what its group had committed by then, and what that cost when the program
//! was started again. Derived from a recording alone; read by graders (`lab`'s crash matrix) and drawn by `figures`.

use std::{collections::BTreeMap, fmt, str::FromStr};

use crate::{Event, Note, Partition, Positions, Progress, Recording, What};

/// How the mark begins with which the two lives of a program begin, the one that is killed and the one after it.
const MARK: &str = "crash point: ";

/// Where a program is killed. What its timers do by then, they have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CrashPoint {
    /// `process` was called with the record at this offset, whose work is not done. What is behind the call before, is done: also what
    /// the program does when `process` has returned.
    HandedOver(i64),
    /// The work for the record at this offset is done, and `process` has not returned.
    Worked(i64),
    /// All records are processed, and the program waits for more.
    AllDone,
}

impl CrashPoint {
    /// All points of a program that reads so many records, in the order in which it comes to them.
    pub fn all(records: i64) -> Vec<Self> {
        (0..records).flat_map(|offset| [Self::HandedOver(offset), Self::Worked(offset)]).chain([Self::AllDone]).collect()
    }

    /// Whether a record has got to this point.
    pub fn is_at(self, progress: Progress, offset: i64) -> bool {
        match self {
            Self::HandedOver(at) => progress == Progress::HandedOver && offset == at,
            Self::Worked(at) => progress == Progress::Processed && offset == at,
            Self::AllDone => false,
        }
    }

    /// The text of the mark before the two lives of a program that reads so many records.
    pub fn mark(self, records: i64) -> String {
        format!("{MARK}{self} ({records} records)")
    }
}

impl fmt::Display for CrashPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HandedOver(offset) => write!(f, "{offset} handed over"),
            Self::Worked(offset) => write!(f, "{offset} worked"),
            Self::AllDone => f.write_str("all done"),
        }
    }
}

/// The text names no crash point.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no crash point; expected `1 handed over`, `1 worked` or `all done`")]
pub struct NotACrashPoint(String);

impl FromStr for CrashPoint {
    type Err = NotACrashPoint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotACrashPoint(text.into());
        let (offset, stage) = text.split_once(' ').ok_or_else(wrong)?;
        match (offset.parse(), stage) {
            (Ok(offset), "handed over") => Ok(Self::HandedOver(offset)),
            (Ok(offset), "worked") => Ok(Self::Worked(offset)),
            (Err(_), _) if text == "all done" => Ok(Self::AllDone),
            _ => Err(wrong()),
        }
    }
}

/// One crash and what came of it: the two lives of a program that reads one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crash {
    /// Where the program was to be killed.
    pub point: CrashPoint,
    /// How many records there were, from offset 0.
    pub records: i64,
    /// Index of the kill in the recording; none where the program did not come to the point.
    pub killed: Option<usize>,
    /// What the group had committed by then; none where nothing.
    pub committed: Option<i64>,
    /// How often the work for each record was done, in both lives.
    pub times: BTreeMap<i64, usize>,
    /// For how many records the work was done before the crash.
    pub done_before: usize,
}

impl Crash {
    /// All crashes of a recording, each of which begins with its mark.
    pub fn all_of(recording: &Recording) -> Vec<Self> {
        let marks: Vec<_> = recording.events.iter().enumerate().filter_map(|(at, event)| Some((at, marked(event)?))).collect();
        let ends = marks.iter().skip(1).map(|(at, _)| *at).chain([recording.events.len()]);
        marks
            .iter()
            .zip(ends)
            .map(|((begin, (point, records)), end)| Self::of(recording, *begin..end, *point, *records))
            .collect()
    }

    fn of(recording: &Recording, lives: std::ops::Range<usize>, point: CrashPoint, records: i64) -> Self {
        let own = Recording { header: recording.header.clone(), events: recording.events[lives.clone()].to_vec() };
        let killed = own.first(|what| matches!(what, What::Note { note: Note::Killed, .. }));
        let mut crash = Self {
            point,
            records,
            killed: killed.map(|at| lives.start + at),
            committed: None,
            times: BTreeMap::new(),
            done_before: 0,
        };
        for (at, event) in own.events.iter().enumerate() {
            if let What::Record { progress: Progress::Processed, offset, .. } = &event.what {
                *crash.times.entry(*offset).or_default() += 1;
                crash.done_before += usize::from(killed.is_some_and(|killed| at < killed));
            }
        }
        if let (Some(killed), Some((group, partition))) = (killed, own.committed_by()) {
            crash.committed = Positions::at(&own, &group, &partition, own.events[killed].at).committed;
        }
        crash
    }

    /// Whether the program came to the point and was killed there.
    pub fn was_reached(&self) -> bool {
        self.killed.is_some()
    }

    /// The records whose work was never done.
    pub fn lost(&self) -> Vec<i64> {
        (0..self.records).filter(|offset| !self.times.contains_key(offset)).collect()
    }

    /// The records whose work was done more than once, without the one that was done and not yet let go when the crash came: it may.
    pub fn twice_in_vain(&self) -> Vec<i64> {
        self.twice().into_iter().filter(|offset| self.point != CrashPoint::Worked(*offset)).collect()
    }

    /// The records whose work was done more than once.
    pub fn twice(&self) -> Vec<i64> {
        self.times.iter().filter(|(_, times)| **times > 1).map(|(offset, _)| *offset).collect()
    }
}

impl Recording {
    /// The group and the partition of the first commit.
    fn committed_by(&self) -> Option<(String, Partition)> {
        self.events.iter().find_map(|event| match &event.what {
            What::Request { request: crate::Request::OffsetCommit { group, offsets, .. }, .. } => {
                Some((group.clone(), offsets.keys().next()?.clone()))
            }
            _ => None,
        })
    }
}

fn marked(event: &Event) -> Option<(CrashPoint, i64)> {
    let What::Note { note: Note::Mark { text }, .. } = &event.what else { return None };
    let (point, records) = text.strip_prefix(MARK)?.strip_suffix(" records)")?.split_once(" (")?;
    Some((point.parse().ok()?, records.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_as_it_is_written() {
        for point in CrashPoint::all(3) {
            assert_eq!(point.to_string().parse::<CrashPoint>().ok(), Some(point));
        }
        assert_eq!(CrashPoint::all(2).len(), 5);
        for wrong in ["", "done", "1", "x worked", "1 committed"] {
            assert!(wrong.parse::<CrashPoint>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_crash_is_counted_from_its_mark_to_the_next() {
        let note = |note| What::Note { member: 0, note };
        let mark = |point: CrashPoint| note(Note::Mark { text: point.mark(3) });
        let worked =
            |offset| What::Record { progress: Progress::Processed, member: 1, partition: Partition::new("T1", 0), offset };
        let request = |offset| What::Request {
            connection: 1,
            client: String::new(),
            correlation: 7,
            version: 9,
            bytes: 0,
            request: crate::Request::OffsetCommit {
                group: "G1".into(),
                member: String::new(),
                generation: 1,
                offsets: [(Partition::new("T1", 0), offset)].into(),
            },
        };
        let answer = What::Response {
            connection: 1,
            correlation: 7,
            version: 9,
            bytes: 0,
            took: 0,
            response: crate::Response::OffsetCommit { results: [(Partition::new("T1", 0), None)].into() },
        };
        let first = [mark(CrashPoint::Worked(1)), worked(0), request(1), answer.clone(), worked(1), note(Note::Killed)];
        let second = [worked(1), worked(2), request(3), answer];
        let third = [mark(CrashPoint::AllDone), worked(0)];
        let mut recording = Recording::of("");
        for (at, what) in first.into_iter().chain(second).chain(third).enumerate() {
            recording.push(Event { at: at as u64, what });
        }
        let crashes = Crash::all_of(&recording);
        let seen = crashes
            .iter()
            .map(|crash| (crash.point, crash.killed, crash.committed, crash.done_before, crash.lost(), crash.twice()));
        assert_eq!(
            seen.collect::<Vec<_>>(),
            [
                (CrashPoint::Worked(1), Some(5), Some(1), 2, vec![], vec![1]),
                (CrashPoint::AllDone, None, None, 0, vec![1, 2], vec![])
            ]
        );
    }
}
