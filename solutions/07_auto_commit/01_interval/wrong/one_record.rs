//! Reads one record, where it wanted all of them.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. It takes its time; the record is processed when it returns.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Reads `topic` as a member of `group`, and calls `process` with each record, until `stop` is cancelled. The client commits so often that at most
/// `at_most` records come twice after a crash, at `rate` records a second.
pub async fn read(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    rate: u32,
    at_most: u32,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let interval = Duration::from_secs(1) * at_most / rate;
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", interval.as_millis().to_string())
        .create()?;
    consumer.subscribe(&[topic])?;
    if let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        match record {
            Ok(record) => process(&record),
            Err(error) => eprintln!("goes on after: {error}"),
        }
    }
    Ok(())
}
