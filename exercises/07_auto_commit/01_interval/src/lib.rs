//! Interval: the client commits from a timer. How long may it wait?
//!
//! The code below commits automatically, and rarely. Mend it. Check it with `cargo workbook check 7.1`, or with `cargo test` in this folder.
//! Edit this file only.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. It takes its time; the record is processed when it returns.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Reads `topic` as a member of `group`, and calls `process` with each record, until `stop` is cancelled.
///
/// The client commits by itself. `rate` is how many records a second are processed at most, `at_most` how many may come twice when the program
/// crashes. It does not commit more often than that needs, or only a little. Also when no more records come, what is processed is committed.
pub async fn read(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    rate: u32,
    at_most: u32,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    // TODO: how long may the client wait between two commits, and in which unit is it told?
    let _ = (rate, at_most);
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "true")
        .create()?;
    consumer.subscribe(&[topic])?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        match record {
            Ok(record) => process(&record),
            Err(error) => eprintln!("goes on after: {error}"),
        }
    }
    Ok(())
}
