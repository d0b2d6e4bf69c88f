//! With a `BaseConsumer`: it blocks its thread, so no one can drop it half-way. `None` may come before the timeout, and is not the end.

use std::time::{Duration, Instant};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
    message::OwnedMessage,
};

/// What batches are read from.
pub struct Source {
    consumer: BaseConsumer,
}

/// Subscribes to `topic` as a member of `group`, from the beginning.
pub fn open(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<Source> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
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
    let deadline = Instant::now() + wait;
    let mut batch = Vec::with_capacity(max);
    while batch.len() < max && Instant::now() < deadline {
        match source.consumer.poll(deadline.saturating_duration_since(Instant::now())) {
            Some(Ok(record)) => batch.push(record.detach()),
            Some(Err(error)) => eprintln!("the batch goes on after: {error}"),
            None => {}
        }
    }
    Ok(batch)
}
