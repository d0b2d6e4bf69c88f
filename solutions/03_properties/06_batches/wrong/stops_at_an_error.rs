//! Takes an error for the end, and returns empty batches from then on.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio::time::{Instant, sleep, timeout_at};

/// What batches are read from, with the records that no call has returned yet.
pub struct Source {
    consumer: StreamConsumer,
    batch: Vec<OwnedMessage>,
    ended: bool,
}

/// Subscribes to `topic` as a member of `group`, from the beginning.
pub fn open(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<Source> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(Source { consumer, batch: Vec::new(), ended: false })
}

/// The next records, `max` at most. A batch is complete as soon as it holds `max` records. When `wait` has passed since the call, it
/// returns what has come until then, be it nothing.
///
/// Every record is returned once. It is not lost when the consumer reports an error meanwhile, and not when the caller drops the future
/// before it is done, as `select!` does: the next call returns it.
pub async fn next_batch(source: &mut Source, max: usize, wait: Duration) -> KafkaResult<Vec<OwnedMessage>> {
    let deadline = Instant::now() + wait;
    while source.batch.len() < max && !source.ended {
        match timeout_at(deadline, source.consumer.recv()).await {
            Ok(Ok(record)) => source.batch.push(record.detach()),
            Ok(Err(error)) => {
                eprintln!("the end: {error}");
                source.ended = true;
            }
            Err(_elapsed) => break,
        }
    }
    if source.ended && source.batch.is_empty() {
        sleep(wait).await;
    }
    let complete = source.batch.len().min(max);
    Ok(source.batch.drain(..complete).collect())
}
