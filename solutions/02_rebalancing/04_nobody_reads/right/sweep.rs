//! Walks over the moments at which a partition is given or given up, in order of time, and counts its owners.

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
    let partitions: BTreeSet<i32> = held.iter().map(|(_, partition, _)| *partition).collect();
    partitions.into_iter().map(|partition| (partition, gap(held, partition))).collect()
}

fn gap(held: &[Held], partition: i32) -> Duration {
    let mut moments = Vec::new();
    for (_, _, time) in held.iter().filter(|(_, of, _)| *of == partition) {
        // At the same moment, first the new owner, then the old one.
        moments.extend([(time.start, 0, 1), (time.end, 1, -1)]);
    }
    moments.sort();
    let (mut owners, mut free_since, mut gap) = (0, None, Duration::ZERO);
    for (at, _, change) in moments {
        gap += free_since.take().map_or(Duration::ZERO, |since| at - since);
        owners += change;
        free_since = (owners == 0).then_some(at);
    }
    gap
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
