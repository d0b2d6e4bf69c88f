//! For how long nobody reads while a group shares its partitions anew.
//!
//! Three members of group G1 read topic T1, and a fourth joins. You are given what a recording of it shows: which member held which
//! partition, and when. Say for how long nobody read each partition, and, before it happens, which partitions will stop. Check it with
//! `cargo workbook check 2.4`, or with `cargo test` in this folder. Edit this file only.

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
    // TODO: when is a partition without an owner?
    let _ = held;
    BTreeMap::new()
}

/// Which partitions are read by nobody for a while when a group that shares its partitions as in `before` shares them as in `after`.
/// Groups of the new protocol (KIP-848) count as `Cooperative`, as in librdkafka.
pub fn stops(protocol: RebalanceProtocol, before: &Shares, after: &Shares) -> BTreeSet<i32> {
    // TODO: who has to give up what, in an eager group and in a cooperative one?
    let _ = (protocol, before, after);
    BTreeSet::new()
}
