//! Knows that a batch is full by the record that has no place in it any more, and keeps that one for the next batch.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio::time::{Instant, timeout_at};

/// What batches are read from, with the records that no call has returned yet.
pub struct Source {
    consumer: StreamConsumer,
    batch: Vec<OwnedMessage>,
    next: Option<OwnedMessage>,
}

/// Subscribes to `topic` as a member of `group`, from the beginning.
pub fn open(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<Source> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(Source { consumer, batch: Vec::new(), next: None })
}

/// The next records, `max` at most. A batch is complete as soon as it holds `max` records. When `wait` has passed since the call, it
/// returns what has come until then, be it nothing.
///
/// Every record is returned once, in the order of its partition. It is not lost when the consumer reports an error meanwhile, and not
/// when the caller drops the future before it is done, as `select!` does: the next call returns it.
pub async fn next_batch(source: &mut Source, max: usize, wait: Duration) -> KafkaResult<Vec<OwnedMessage>> {
    let deadline = Instant::now() + wait;
    source.batch.extend(source.next.take());
    while source.next.is_none() {
        match timeout_at(deadline, source.consumer.recv()).await {
            Ok(Ok(record)) if source.batch.len() < max => source.batch.push(record.detach()),
            Ok(Ok(record)) => source.next = Some(record.detach()),
            Ok(Err(error)) => eprintln!("the batch goes on after: {error}"),
            Err(_elapsed) => break,
        }
    }
    Ok(std::mem::take(&mut source.batch))
}
