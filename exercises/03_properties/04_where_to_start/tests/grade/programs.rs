//! The five programs of `04_where_to_start`, what each of them meets, and how far they have come.

use std::collections::BTreeSet;

use lab::trace::{History, Note, Progress, Recording, Request, What, history::Member};

pub(super) const TOPICS: [(&str, i32); 2] = [("T1", 3), ("T2", 1)];
/// Each partition holds so many records at first; the next one gets this offset.
pub(super) const END: i64 = 10;
/// The committed offset of a group that knows its place. T1-2 has lost the record, where the broker can delete it.
pub(super) const KNOWN: i64 = 5;
/// A committed offset that the log has not reached, as somebody may commit by hand.
pub(super) const BEYOND_THE_END: i64 = 50;

/// What a group has committed for a partition: nothing, an offset that is good, or one that the log does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    New,
    Known,
    Lost,
}

pub(super) struct Program {
    pub(super) number: u32,
    pub(super) group: &'static str,
    pub(super) topic: &'static str,
    /// Partition by partition.
    pub(super) places: &'static [Place],
}

const ALL_THREE: &[Place] = &[Place::New, Place::Known, Place::Lost];
pub(super) const COUPONS: Program = Program { number: 1, group: "coupons", topic: "T1", places: ALL_THREE };
pub(super) const BOARD: Program = Program { number: 2, group: "board", topic: "T1", places: ALL_THREE };
pub(super) const LEDGER: Program = Program { number: 3, group: "ledger", topic: "T2", places: &[Place::Known] };
pub(super) const LEDGER_NEW: Program = Program { number: 4, group: "ledger-new", topic: "T2", places: &[Place::New] };
pub(super) const LEDGER_LOST: Program = Program { number: 5, group: "ledger-lost", topic: "T2", places: &[Place::Lost] };
pub(super) const PROGRAMS: [Program; 5] = [COUPONS, BOARD, LEDGER, LEDGER_NEW, LEDGER_LOST];

/// A program joins its group once, and once more where its first try was too early. One that joins so often does not get on.
const MANY: usize = 4;

impl Program {
    /// The member with which it began anew once more, if it does so again and again.
    pub(super) fn begins_anew<'a>(&self, history: &'a History) -> Option<&'a Member> {
        history.group(self.group)?.members.get(MANY - 1)
    }

    pub(super) fn partition(&self, place: Place) -> Option<i32> {
        self.places.iter().zip(0..).find(|(of, _)| **of == place).map(|(_, partition)| partition)
    }

    /// The event with which it ended, and the error that it returned.
    pub(super) fn ended(&self, seen: &Recording) -> Option<(usize, Option<String>)> {
        seen.events.iter().enumerate().find_map(|(index, event)| match &event.what {
            What::Note { member, note: Note::Mark { text } } if *member == self.number => {
                let (_, words) = text.split_once("returned ")?;
                Some((index, words.strip_prefix("Err: ").map(str::to_owned)))
            }
            _ => None,
        })
    }

    /// The offsets of a partition that it has processed, in order of time, with their events.
    pub(super) fn processed(&self, seen: &Recording, number: i32) -> Vec<(usize, i64)> {
        let of_it = seen.events.iter().enumerate().filter_map(|(index, event)| match &event.what {
            What::Record { progress: Progress::Processed, member, partition, offset }
                if *member == self.number && partition.number == number =>
            {
                Some((index, *offset))
            }
            _ => None,
        });
        of_it.collect()
    }
}

/// Every program that reads `topic` has asked for what comes behind the last records, each on a connection of its own, or has ended, or
/// never will.
pub(super) fn settled(seen: &Recording, history: &History, topic: &str) -> bool {
    let programs = PROGRAMS.iter().filter(|program| program.topic == topic);
    let is_over = |program: &&Program| program.ended(seen).is_some() || program.begins_anew(history).is_some();
    let (ended, running): (Vec<_>, Vec<_>) = programs.partition(is_over);
    let partitions = ended.iter().chain(&running).flat_map(|program| 0..program.places.len() as i32);
    partitions.into_iter().all(|partition| at_the_end(seen, topic, partition) >= running.len())
}

/// How many connections have asked for a partition from its end on. Those that were cut are not counted again when they are made anew.
fn at_the_end(seen: &Recording, topic: &str, number: i32) -> usize {
    let uncut = seen.events.iter().take_while(|event| !matches!(event.what, What::Fault { .. }));
    let asked = uncut.filter_map(|event| match &event.what {
        What::Request { connection, request: Request::Fetch { offsets, .. }, .. } => offsets
            .iter()
            .any(|(partition, offset)| partition.topic == topic && partition.number == number && *offset == END)
            .then_some(connection),
        _ => None,
    });
    asked.collect::<BTreeSet<_>>().len()
}

/// Every program that may read has processed what was written last, or has ended; and so has a ledger that reads and should not.
pub(super) fn new_ones_processed(seen: &Recording) -> bool {
    let new = |program: &Program, partition| program.processed(seen, partition).iter().any(|(_, offset)| *offset == END);
    let all_new = |program: &Program| (0..program.places.len() as i32).all(|partition| new(program, partition));
    let ledgers = PROGRAMS.iter().filter(|program| program.topic == "T2" && new(program, 0)).count();
    [COUPONS, BOARD, LEDGER].iter().all(|program| program.ended(seen).is_some() || all_new(program))
        && ledgers >= at_the_end(seen, "T2", 0)
}
