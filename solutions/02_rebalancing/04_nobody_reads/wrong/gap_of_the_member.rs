//! Looks for how long the member that held a partition has nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    time::Duration,
};

use rdkafka::consumer::RebalanceProtocol;

/// One member held one partition: the member's number, the partition, from when until when.
pub type Held = (u32, i32, Range<Duration>);

/// Who holds what: member → partitions.
pub type Shares = BTreeMap<u32, Vec<i32>>;

/// For how long nobody held each partition.
pub fn gaps(held: &[Held]) -> BTreeMap<i32, Duration> {
    let mut gaps = BTreeMap::new();
    for (member, partition, time) in held {
        let is_last = held.iter().all(|(_, of, other)| of != partition || other.start <= time.start);
        let next = held.iter().filter(|(of, _, next)| of == member && next.start >= time.end).map(|(_, _, next)| next.start).min();
        let pause = match next {
            Some(next) if !is_last => next - time.end,
            _ => Duration::ZERO,
        };
        *gaps.entry(*partition).or_default() += pause;
    }
    gaps
}

/// Which partitions are read by nobody for a while.
pub fn stops(protocol: RebalanceProtocol, before: &Shares, after: &Shares) -> BTreeSet<i32> {
    let mut stops = BTreeSet::new();
    for (member, partitions) in before {
        for partition in partitions {
            let stays = after.get(member).is_some_and(|kept| kept.contains(partition));
            match protocol {
                RebalanceProtocol::Eager => _ = stops.insert(*partition),
                RebalanceProtocol::Cooperative if !stays => _ = stops.insert(*partition),
                _ => {}
            }
        }
    }
    stops
}
