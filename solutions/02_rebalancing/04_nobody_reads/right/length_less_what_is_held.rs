//! What is not held: the whole length, less what is held.

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
    let mut merged: BTreeMap<i32, Vec<Range<Duration>>> = BTreeMap::new();
    let mut in_order = held.to_vec();
    in_order.sort_by_key(|(_, _, time)| time.start);
    for (_, partition, time) in in_order {
        let times = merged.entry(partition).or_default();
        match times.last_mut() {
            Some(last) if time.start <= last.end => last.end = last.end.max(time.end),
            _ => times.push(time),
        }
    }
    let gap = |times: &[Range<Duration>]| {
        let whole = times[times.len() - 1].end - times[0].start;
        whole - times.iter().map(|time| time.end - time.start).sum::<Duration>()
    };
    merged.iter().map(|(partition, times)| (*partition, gap(times))).collect()
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
