//! @title@.
//!
//! TODO: what there is, and what to write.
//! Check it with `cargo workbook check @number@`, or with `cargo test` in this folder. Edit this file only.

use std::sync::Arc;

use rdkafka::{error::KafkaResult, message::BorrowedMessage};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// TODO: what it does, as a contract.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    // TODO: the steps to take, in order
    let _ = (bootstrap_servers, group, topic, n, process);
    Ok(())
}
