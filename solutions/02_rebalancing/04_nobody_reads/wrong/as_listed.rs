//! Goes through the list as it comes.

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
    let mut read_until: BTreeMap<i32, Duration> = BTreeMap::new();
    let mut gaps = BTreeMap::new();
    for (_, partition, time) in held {
        let gap: &mut Duration = gaps.entry(*partition).or_default();
        if let Some(until) = read_until.insert(*partition, time.end) {
            *gap += time.start - until;
        }
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
