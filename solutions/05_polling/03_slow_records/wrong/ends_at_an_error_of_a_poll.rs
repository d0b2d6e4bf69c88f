//! The interval is above the bound; an error of a poll is taken for the end.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::{KafkaError, KafkaResult},
    message::OwnedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. It blocks its thread until the record is processed. Call it once for each record.
pub type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// Reads `topic` as a consumer of `group`, and calls `process`, which may take long, with each record.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    longest: Duration,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "300")
        .set("session.timeout.ms", "2500")
        .set("max.poll.interval.ms", (2 * longest).as_millis().to_string())
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record.detach()),
                Err(_) => return Err(KafkaError::Canceled),
            },
        }
    }
}
