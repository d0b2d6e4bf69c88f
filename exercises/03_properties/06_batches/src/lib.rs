//! Batches: librdkafka hands over one record at a time; whoever writes to a database wants many at once.
//!
//! Write `next_batch`. Check it with `cargo workbook check 3.6`, or with `cargo test` in this folder. Edit this file only.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::OwnedMessage,
};

/// What batches are read from. It lives as long as the application: keep here what has to outlive one call of `next_batch`.
/// (With a `BaseConsumer` it works as well.)
pub struct Source {
    consumer: StreamConsumer,
}

/// Subscribes to `topic` as a member of `group`, from the beginning.
pub fn open(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<Source> {
    let consumer: StreamConsumer = ClientConfig::new()
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
/// Every record is returned once, in the order of its partition. It is not lost when the consumer reports an error meanwhile, and not
/// when the caller drops the future before it is done, as `select!` does: the next call returns it.
pub async fn next_batch(source: &mut Source, max: usize, wait: Duration) -> KafkaResult<Vec<OwnedMessage>> {
    // TODO: more than one record, and in time
    let _ = (max, wait);
    let record = source.consumer.recv().await?;
    Ok(vec![record.detach()])
}
