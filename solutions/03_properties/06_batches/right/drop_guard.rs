//! A guard puts the records of a dropped call back into `Source`.

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
}

/// Subscribes to `topic` as a member of `group`, from the beginning.
pub fn open(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<Source> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(Source { consumer, batch: Vec::new() })
}

/// The next records, `max` at most. A batch is complete as soon as it holds `max` records. When `wait` has passed since the call, it
/// returns what has come until then, be it nothing.
///
/// Every record is returned once. It is not lost when the consumer reports an error meanwhile, and not when the caller drops the future
/// before it is done, as `select!` does: the next call returns it.
pub async fn next_batch(source: &mut Source, max: usize, wait: Duration) -> KafkaResult<Vec<OwnedMessage>> {
    struct Back<'a>(&'a mut Vec<OwnedMessage>, Vec<OwnedMessage>);
    impl Drop for Back<'_> {
        fn drop(&mut self) {
            self.0.append(&mut self.1);
        }
    }
    let kept = std::mem::take(&mut source.batch);
    let mut guard = Back(&mut source.batch, kept);
    let deadline = Instant::now() + wait;
    while guard.1.len() < max {
        match timeout_at(deadline, source.consumer.recv()).await {
            Ok(Ok(record)) => guard.1.push(record.detach()),
            Ok(Err(error)) => eprintln!("{error}"),
            Err(_) => break,
        }
    }
    Ok(std::mem::take(&mut guard.1))
}
