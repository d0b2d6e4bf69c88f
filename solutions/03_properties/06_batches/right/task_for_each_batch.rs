//! A task collects, and `Source` keeps its handle: a dropped call leaves the task running, and the next call awaits it.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio::{
    task::JoinHandle,
    time::{Instant, timeout_at},
};

/// What batches are read from.
pub struct Source {
    consumer: Arc<StreamConsumer>,
    collecting: Option<JoinHandle<Vec<OwnedMessage>>>,
}

/// Subscribes to `topic` as a member of `group`, from the beginning.
pub fn open(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<Source> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(Source { consumer: Arc::new(consumer), collecting: None })
}

/// The next records, `max` at most. A batch is complete as soon as it holds `max` records. When `wait` has passed since the call, it
/// returns what has come until then, be it nothing.
///
/// Every record is returned once. It is not lost when the consumer reports an error meanwhile, and not when the caller drops the future
/// before it is done, as `select!` does: the next call returns it.
pub async fn next_batch(source: &mut Source, max: usize, wait: Duration) -> KafkaResult<Vec<OwnedMessage>> {
    let consumer = source.consumer.clone();
    let collecting = source.collecting.get_or_insert_with(|| tokio::spawn(collect(consumer, max, Instant::now() + wait)));
    let batch = collecting.await.expect("to collect does not panic");
    source.collecting = None;
    Ok(batch)
}

/// Collects a batch until `deadline`.
async fn collect(consumer: Arc<StreamConsumer>, max: usize, deadline: Instant) -> Vec<OwnedMessage> {
    let mut batch = Vec::with_capacity(max);
    while batch.len() < max {
        match timeout_at(deadline, consumer.recv()).await {
            Ok(Ok(record)) => batch.push(record.detach()),
            Ok(Err(error)) => eprintln!("the batch goes on after: {error}"),
            Err(_elapsed) => break,
        }
    }
    batch
}
