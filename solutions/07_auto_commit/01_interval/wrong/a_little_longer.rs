//! The interval that the bound asks for, and some more.

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

/// Reads `topic` as a member of `group`, and calls `process` with each record, until `stop` is cancelled.
pub async fn read(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    rate: u32,
    at_most: u32,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    // So that there is room for the way to the broker.
    let interval = Duration::from_millis(1_400) * at_most / rate;
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", interval.as_millis().to_string())
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
