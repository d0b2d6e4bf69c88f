//! Which lane the answer's n-th consumer has. What the lab reports names the consumer by its number alone, so the lane is found by what
//! both say: a lane's member held the partition, its connection brought the record before it was handed over, and it committed only
//! what had been handed over. Where nothing tells two lanes apart, the order decides. Part of making a [`Scene`](crate::scene::Scene).

use std::collections::BTreeMap;

use trace::{Event, Partition, Progress, Recording, Request, Response, What};

use crate::{
    lanes::number_in,
    scene::{At, Band},
    speakers::lanes,
};

/// The lane of each of the answer's consumers; `speaks` is the lane of each frame, by its event's index. Where every lane carries its
/// own number in its `client.id`, that decides. A consumer that was handed nothing gets the lane that is left over, if just one is.
pub(crate) fn of_consumers(bands: &[Band], recording: &Recording, speaks: &BTreeMap<usize, At>) -> BTreeMap<u32, At> {
    let all: Vec<At> = lanes(bands).collect();
    let numbered: BTreeMap<u32, At> =
        all.iter().filter_map(|at| Some((number_in(&bands[at.0].lanes[at.1].client)?, *at))).collect();
    if numbered.len() == all.len() {
        return numbered;
    }
    let mut votes = votes(bands, recording, speaks, &all);
    let mut found = BTreeMap::new();
    // First the consumer whose lane is surest.
    while let Some((number, at, _)) = votes.iter().filter_map(|(number, of)| sure(*number, of, &found)).reduce(surer) {
        found.insert(number, at);
        votes.remove(&number);
    }
    let left: Vec<At> = all.into_iter().filter(|at| !found.values().any(|taken| taken == at)).collect();
    if let ([lane], Some((number, None))) = (left.as_slice(), votes.first_key_value().map(|(n, _)| (*n, votes.keys().nth(1)))) {
        found.insert(number, *lane);
    }
    found
}

/// The lane of a record that consumer `number` was handed at `at`: its own; but where it does not hold the partition then, and a
/// member of its group does that no number stands for, that one's, since two members may share one callback.
pub(crate) fn of_record(
    bands: &[Band],
    consumers: &BTreeMap<u32, At>,
    number: u32,
    partition: &Partition,
    at: u64,
) -> Option<At> {
    let own = *consumers.get(&number)?;
    let holds = |lane: &At| bands[lane.0].lanes[lane.1].held_at(at).any(|held| held == partition);
    let nobodys = |lane: &At| !consumers.values().any(|taken| taken == lane);
    let mut others = (0..bands[own.0].lanes.len()).map(|lane| (own.0, lane)).filter(|lane| nobodys(lane) && holds(lane));
    if holds(&own) { Some(own) } else { others.next().or(Some(own)) }
}

type Votes = BTreeMap<At, i64>;

/// The free lane that most speaks for, and how far the next one is behind it.
fn sure(number: u32, votes: &Votes, found: &BTreeMap<u32, At>) -> Option<(u32, At, i64)> {
    let free = || votes.iter().filter(|(at, count)| **count > 0 && !found.values().any(|taken| taken == *at));
    let (best, most) = free().max_by_key(|(at, count)| (**count, std::cmp::Reverse(**at)))?;
    let next = free().filter(|(at, _)| *at != best).map(|(_, count)| *count).max();
    Some((number, *best, next.map_or(i64::MAX, |next| most - next)))
}

fn surer(a: (u32, At, i64), b: (u32, At, i64)) -> (u32, At, i64) {
    if b.2 > a.2 { b } else { a }
}

/// For each consumer, how many of its records speak for each lane, less what speaks against it.
fn votes(bands: &[Band], recording: &Recording, speaks: &BTreeMap<usize, At>, all: &[At]) -> BTreeMap<u32, Votes> {
    let mut votes: BTreeMap<u32, Votes> = BTreeMap::new();
    let mut brought: BTreeMap<(At, &Partition), Vec<(i64, i64)>> = BTreeMap::new();
    // The last offset that each consumer was handed.
    let mut handed: BTreeMap<(u32, &Partition), i64> = BTreeMap::new();
    for (index, Event { at, what }) in recording.events.iter().enumerate() {
        match (what, speaks.get(&index)) {
            (What::Note { member, .. }, _) if *member > 0 => {
                votes.entry(*member).or_default();
            }
            (What::Record { progress, member, partition, offset }, _) => {
                handed.insert((*member, partition), *offset);
                let holds = |lane: &&At| bands[lane.0].lanes[lane.1].held_at(*at).any(|held| held == partition);
                let got = |lane: &At| {
                    let within = |(first, last): &(i64, i64)| first <= offset && offset <= last;
                    brought.get(&(*lane, partition)).is_some_and(|all| all.iter().rev().any(within))
                };
                let of = votes.entry(*member).or_default();
                for lane in all.iter().filter(holds) {
                    // Where a lane's own connection is not known, holding the partition is all there is.
                    let fetches = brought.keys().any(|(of, _)| of == lane);
                    let count = of.entry(*lane).or_default();
                    *count += if *progress == Progress::HandedOver && fetches { if got(lane) { 2 } else { -2 } } else { 1 };
                }
            }
            (What::Response { response: Response::Fetch { partitions, .. }, .. }, Some(lane)) => {
                for (partition, fetched) in partitions {
                    if let (Some(first), Some(last)) = (fetched.first, fetched.last) {
                        brought.entry((*lane, partition)).or_default().push((first, last));
                    }
                }
            }
            (What::Request { request: Request::OffsetCommit { offsets, .. }, .. }, Some(lane)) => {
                for (partition, offset) in offsets {
                    for (member, of) in &mut votes {
                        let could = handed.get(&(*member, partition)).is_some_and(|last| offset <= &(last + 1));
                        *of.entry(*lane).or_default() -= if could { 0 } else { 2 };
                    }
                }
            }
            _ => {}
        }
    }
    votes
}
