//! What the members of `03_state_of_a_partition` told of their counters, and what they should have told.

use std::collections::BTreeMap;

use lab::trace::{History, Partition, Recording, history::Member};

use super::{IN_EACH, PARTITIONS, marks, processed};

/// Partition → sign-ups.
pub(super) type Counters = BTreeMap<i32, u64>;

const TOLD: &str = "counters ";

/// The mark for what a member told: `counters {0: 5, 1: 5}`.
pub(super) fn told(counters: &Counters) -> String {
    format!("{TOLD}{counters:?}")
}

fn read(text: &str) -> Option<Counters> {
    let inside = text.strip_prefix(TOLD)?.strip_prefix('{')?.strip_suffix('}')?;
    let pairs = inside.split(", ").filter_map(|pair| pair.split_once(": "));
    Some(pairs.filter_map(|(partition, count)| Some((partition.parse().ok()?, count.parse().ok()?))).collect())
}

/// All that was told: the mark's index, the member, its counters.
fn all_told(seen: &Recording) -> impl Iterator<Item = (usize, u32, Counters)> {
    marks(seen).filter_map(|(index, member, text)| Some((index, member, read(text)?)))
}

/// Whether what `members` told last is each partition once, and `batches` batches in it.
pub(super) fn are_complete(seen: &Recording, members: &[u32], batches: i64) -> bool {
    let last = |of: &u32| all_told(seen).filter(|(_, member, _)| member == of).last().map(|(_, _, counters)| counters);
    let all: Vec<(i32, u64)> = members.iter().filter_map(last).flatten().collect();
    let expected = (batches * IN_EACH) as u64;
    all.len() == PARTITIONS as usize && (0..PARTITIONS).all(|partition| all.contains(&(partition, expected)))
}

/// A counter that is wrong.
pub(super) struct Wrong {
    /// Index of the mark with which it was told.
    pub(super) told: usize,
    /// Index of the answer that last gave the partition: to the member itself, or to the one that holds it now.
    pub(super) given: usize,
    /// Index of the last record that the member has processed of it since then, if there is one.
    pub(super) record: Option<usize>,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    /// Somebody else holds the partition.
    Lost,
    /// More than the member has read since it was given the partition.
    More,
    /// All but the record at hand, or more than the member was ever handed.
    AnotherTime,
    /// Less, though the member has read it from its beginning.
    Less,
    /// The member did not begin at the partition's beginning.
    Middle,
}

/// The first counter that is wrong: a member counts what it has read of each partition since it was given it, from its beginning.
pub(super) fn first_wrong(seen: &Recording, history: &History) -> Option<Wrong> {
    let group = history.group("G1")?;
    all_told(seen).find_map(|(told, n, counters)| {
        let at = seen.events[told].at;
        let (_, _, last, _) = processed(seen).rfind(|(index, member, ..)| *index < told && *member == n)?;
        let me = group.owner_at(&Partition::new("T1", last), at)?;
        let check = |number| {
            let (partition, counter) = (Partition::new("T1", number), counters.get(&number).copied());
            let owner = group.owner_at(&partition, at)?;
            let given = given(owner, &partition, at)?;
            let wrong = |record, kind| Some(Wrong { told, given, record, kind });
            if owner.id != me.id {
                return counter.and_then(|_| wrong(None, Kind::Lost));
            }
            let mine = processed(seen).filter(|(index, _, of, _)| (given..told).contains(index) && *of == number);
            let mine: Vec<(usize, i64)> = mine.map(|(index, _, _, offset)| (index, offset)).collect();
            let (read, count) = (mine.len() as u64, counter.unwrap_or_default());
            let record = mine.last().map(|(index, _)| *index);
            let ever = processed(seen).filter(|(index, of, which, _)| *index < told && *of == n && *which == number).count();
            match mine.first() {
                _ if count > ever as u64 || number == last && count + 1 == read => wrong(record, Kind::AnotherTime),
                _ if count > read => wrong(record, Kind::More),
                Some((_, 1..)) => wrong(record, Kind::Middle),
                _ if count < read => wrong(record, Kind::Less),
                _ => None,
            }
        };
        // What the member holds itself explains more than what it has lost.
        let wrong: Vec<Wrong> = (0..PARTITIONS).filter_map(check).collect();
        wrong.into_iter().min_by_key(|wrong| matches!(wrong.kind, Kind::Lost))
    })
}

/// Index of the answer with which `member` was given `partition`, where it has held it without a break until `at`.
fn given(member: &Member, partition: &Partition, at: u64) -> Option<usize> {
    let mut held = member.holdings.iter().filter(|holding| holding.from <= at).rev();
    let mut first = held.next()?;
    for earlier in held {
        if earlier.until != Some(first.from) || !earlier.partitions.contains(partition) {
            break;
        }
        first = earlier;
    }
    Some(first.given)
}
