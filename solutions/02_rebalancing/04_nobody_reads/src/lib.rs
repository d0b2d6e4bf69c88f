//! For how long nobody reads while a group shares its partitions anew: the reference answer.
//!
//! The question is asked of each partition: who holds it, and when does the next one? Not of a member, and not of the group.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    time::Duration,
};

use rdkafka::consumer::RebalanceProtocol;

/// One member held one partition for a while: the member's number, the partition, and from when until when, on the recording's clock.
pub type Held = (u32, i32, Range<Duration>);

/// Who holds what: member → partitions.
pub type Shares = BTreeMap<u32, Vec<i32>>;

/// For how long nobody held each partition, between the first time that somebody did and the last: partition → time. Every partition
/// that was ever held is in it. `held` is in no particular order.
pub fn gaps(held: &[Held]) -> BTreeMap<i32, Duration> {
    let mut times: BTreeMap<i32, Vec<&Range<Duration>>> = BTreeMap::new();
    for (_, partition, time) in held {
        times.entry(*partition).or_default().push(time);
    }
    times.into_iter().map(|(partition, times)| (partition, gap(times))).collect()
}

/// The time between the first and the last of `times` that lies in none of them.
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

/// Which partitions are read by nobody for a while when a group that shares its partitions as in `before` shares them as in `after`.
/// Groups of the new protocol (KIP-848) count as `Cooperative`, as in librdkafka.
pub fn stops(protocol: RebalanceProtocol, before: &Shares, after: &Shares) -> BTreeSet<i32> {
    let pairs = |shares: &Shares| -> BTreeSet<(i32, u32)> {
        shares.iter().flat_map(|(member, partitions)| partitions.iter().map(|partition| (*partition, *member))).collect()
    };
    let (before, after) = (pairs(before), pairs(after));
    let given_up = before.iter().filter(|pair| match protocol {
        // Everybody gives up everything, whatever comes back.
        RebalanceProtocol::Eager => true,
        // Only what another member is to have is given up.
        RebalanceProtocol::Cooperative => !after.contains(pair),
        RebalanceProtocol::None => false,
    });
    given_up.map(|(partition, _)| *partition).collect()
}
