//! Takes the whole rebalance, from the first partition that is given up to the last that is given.

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
    let first = held.iter().map(|(_, _, time)| time.end).min().unwrap_or_default();
    let last = held.iter().map(|(_, _, time)| time.start).max().unwrap_or_default();
    held.iter().map(|(_, partition, _)| (*partition, last.saturating_sub(first))).collect()
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
