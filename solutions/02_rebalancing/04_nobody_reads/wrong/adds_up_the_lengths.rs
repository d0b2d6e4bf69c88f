//! Takes all lengths from the whole time, also where two members held at once.

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
    let mut seen: BTreeMap<i32, (Duration, Duration, Duration)> = BTreeMap::new();
    for (_, partition, time) in held {
        let (first, last, sum) = seen.entry(*partition).or_insert((time.start, time.end, Duration::ZERO));
        *first = time.start.min(*first);
        *last = time.end.max(*last);
        *sum += time.end - time.start;
    }
    seen.into_iter().map(|(partition, (first, last, sum))| (partition, (last - first).saturating_sub(sum))).collect()
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
