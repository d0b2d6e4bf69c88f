//! Counts whole milliseconds, and asks for each partition who had it before and who has it after.

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
    let mut in_order: Vec<&Held> = held.iter().collect();
    in_order.sort_by_key(|(_, _, time)| time.start);
    let mut found: BTreeMap<i32, (u128, u128)> = BTreeMap::new();
    for (_, partition, time) in in_order {
        let (start, end) = (time.start.as_millis(), time.end.as_millis());
        let (until, gap) = found.entry(*partition).or_insert((start, 0));
        *gap += start.saturating_sub(*until);
        *until = end.max(*until);
    }
    found.into_iter().map(|(partition, (_, gap))| (partition, Duration::from_millis(gap as u64))).collect()
}

/// Which partitions are read by nobody for a while.
pub fn stops(protocol: RebalanceProtocol, before: &Shares, after: &Shares) -> BTreeSet<i32> {
    let owner = |shares: &Shares, partition: i32| shares.iter().find(|(_, held)| held.contains(&partition)).map(|(member, _)| *member);
    let all = before.values().flatten().copied();
    match protocol {
        RebalanceProtocol::None => BTreeSet::new(),
        RebalanceProtocol::Eager => all.collect(),
        RebalanceProtocol::Cooperative => all.filter(|partition| owner(before, *partition) != owner(after, *partition)).collect(),
    }
}
