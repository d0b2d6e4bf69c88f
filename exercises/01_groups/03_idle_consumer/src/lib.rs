//! More members than partitions: one of them idles, and is a standby.
//!
//! Topic T1 holds sign-ups in four partitions. Five programs run your `member` in group G1, one each. Write it, and say how many
//! members a group can use. Check it with `cargo workbook check 1.3`, or with `cargo test` in this folder. Edit this file only.

use std::sync::Arc;

use rdkafka::{error::KafkaResult, message::BorrowedMessage};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Call it with `true` when the group has given the member no partition, with `false` when it has given it some. It may be called
/// again with what it was told before.
pub type Idle = Arc<dyn Fn(bool) + Send + Sync>;

/// How many members of one group are useful: enough to process `arrivals_per_second` records a second where one member processes
/// `per_member` a second, but none that would idle on a topic of `partitions` partitions. At least one, so that the topic is read.
pub fn useful_members(partitions: u32, arrivals_per_second: f64, per_member: f64) -> u32 {
    // TODO: how many are needed, and how many can get a partition?
    let _ = (partitions, arrivals_per_second, per_member);
    0
}

/// Runs one member of `group` until `stop` is cancelled: reads `topic` from its beginning, calls `process` with each record, and tells
/// `idle` whether it has partitions. A member without partitions stays, ready to take over. It has left the group when this returns.
pub async fn member(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    idle: Idle,
    stop: CancellationToken,
) -> KafkaResult<()> {
    // TODO: 1 a consumer that reads until `stop`   2 tell `idle` whenever the group has given it something, or nothing
    let _ = (bootstrap_servers, group, topic, process, idle, stop);
    Ok(())
}
