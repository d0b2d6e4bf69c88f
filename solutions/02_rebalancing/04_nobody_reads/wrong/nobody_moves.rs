//! Nothing stops where each partition stays with its owner: a member without partitions disturbs nobody.

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
    let mut times: BTreeMap<i32, Vec<&Range<Duration>>> = BTreeMap::new();
    for (_, partition, time) in held {
        times.entry(*partition).or_default().push(time);
    }
    times.into_iter().map(|(partition, times)| (partition, gap(times))).collect()
}

fn gap(mut times: Vec<&Range<Duration>>) -> Duration {
    times.sort_by_key(|time| time.start);
    let mut read_until = times[0].end;
    let mut gap = Duration::ZERO;
    for time in times {
        gap += time.start.saturating_sub(read_until);
        read_until = read_until.max(time.end);
    }
    gap
}

/// Which partitions are read by nobody for a while.
pub fn stops(protocol: RebalanceProtocol, before: &Shares, after: &Shares) -> BTreeSet<i32> {
    if owners(before) == owners(after) {
        return BTreeSet::new();
    }
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

fn owners(shares: &Shares) -> BTreeMap<i32, u32> {
    shares.iter().flat_map(|(member, partitions)| partitions.iter().map(|partition| (*partition, *member))).collect()
}
