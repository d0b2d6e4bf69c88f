//! A partition that its owner gets back has never stopped.

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
    let mut times: BTreeMap<i32, Vec<&Held>> = BTreeMap::new();
    for one in held {
        times.entry(one.1).or_default().push(one);
    }
    times.into_iter().map(|(partition, times)| (partition, gap(times))).collect()
}

fn gap(mut times: Vec<&Held>) -> Duration {
    times.sort_by_key(|(_, _, time)| time.start);
    let moves = times.windows(2).filter(|pair| pair[0].0 != pair[1].0);
    moves.map(|pair| pair[1].2.start.saturating_sub(pair[0].2.end)).sum()
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
