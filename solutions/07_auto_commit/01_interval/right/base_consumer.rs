//! A `BaseConsumer` that is polled.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
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
    let interval = Duration::from_secs(1) * at_most / rate;
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", interval.as_millis().to_string())
        .create()?;
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        match consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Ok(record)) => process(&record),
            Some(Err(error)) => eprintln!("goes on after: {error}"),
        }
    }
    Ok(())
}
