//! Another right answer: keeps its own list, and a callback takes out of it what is revoked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, ClientContext, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// How long `next_batch` waits for more.
const WAIT: Duration = Duration::from_millis(200);

/// Partition → the next offset to read.
#[derive(Default)]
struct Mine(Mutex<HashMap<i32, i64>>);

impl Mine {
    fn with<T>(&self, change: impl FnOnce(&mut HashMap<i32, i64>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ClientContext for Mine {}

impl ConsumerContext for Mine {
    fn post_rebalance(&self, _consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(list) = rebalance {
            self.with(|mine| mine.retain(|partition, _| !list.elements().iter().any(|lost| lost.partition() == *partition)));
        }
    }
}

/// Reads `topic` as a consumer of `group`, in batches of at most `max` records, and commits after each.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    max: usize,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: BaseConsumer<Mine> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create_with_context(Mine::default())?;
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        let batch = next_batch(&consumer, max);
        if batch.is_empty() {
            continue;
        }
        for record in &batch {
            process(record);
            consumer.context().with(|mine| mine.insert(record.partition(), record.offset() + 1));
        }
        let mut list = TopicPartitionList::new();
        for (partition, next) in consumer.context().with(|mine| mine.clone()) {
            list.add_partition_offset(topic, partition, Offset::Offset(next))?;
        }
        if let Err(refused) = consumer.commit(&list, CommitMode::Sync) {
            eprintln!("goes on after: {refused}");
        }
    }
    Ok(())
}

/// The next records, `max` at most, or what has come when `WAIT` is over, be it nothing.
fn next_batch(consumer: &BaseConsumer<Mine>, max: usize) -> Vec<BorrowedMessage<'_>> {
    let deadline = Instant::now() + WAIT;
    let mut batch = Vec::new();
    while batch.len() < max {
        let left = deadline.saturating_duration_since(Instant::now());
        match consumer.poll(left) {
            Some(Ok(record)) => batch.push(record),
            Some(Err(error)) => eprintln!("the batch goes on after: {error}"),
            None if left.is_zero() => break,
            None => {}
        }
    }
    batch
}
