//! One consumer reads a whole topic.
//!
//! Topic T1 holds sign-ups in four partitions. Group G1 has one member, C1. Write C1.
//! Check it with `cargo workbook check 1.1`, or with `cargo test` in this folder. Edit this file only.

use std::sync::Arc;

use rdkafka::{error::KafkaResult, message::BorrowedMessage};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Joins `group`, reads `topic` from its beginning, calls `process` with each of the first `n` records as it comes, and
/// returns.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    // TODO: 1 configure and create a consumer   2 subscribe   3 receive `n` records and process each
    let _ = (bootstrap_servers, group, topic, n, process);
    Ok(())
}
