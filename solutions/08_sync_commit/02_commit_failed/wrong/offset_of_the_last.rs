//! Keeps the offset of the last record, where the next one is wanted.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::{KafkaError, KafkaResult},
    message::BorrowedMessage,
    types::RDKafkaErrorCode,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// How long `next_batch` waits for more.
const WAIT: Duration = Duration::from_millis(200);

/// Reads `topic` as a consumer of `group`, and commits after each batch. A refusal ends nothing.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    max: usize,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut done = HashMap::new();
    while !stop.is_cancelled() {
        let batch = next_batch(&consumer, max);
        for record in &batch {
            process(record);
            done.insert((record.topic().to_owned(), record.partition()), Offset::Offset(record.offset()));
        }
        if !batch.is_empty() {
            let list = TopicPartitionList::from_topic_map(&done)?;
            match consumer.commit(&list, CommitMode::Sync) {
                Ok(()) => done.clear(),
                Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::RebalanceInProgress)) => {}
                Err(refused) => {
                    eprintln!("no longer ours: {refused}");
                    done.clear();
                }
            }
        }
    }
    Ok(())
}

/// The next records, `max` at most, or what has come when `WAIT` is over, be it nothing.
fn next_batch(consumer: &BaseConsumer, max: usize) -> Vec<BorrowedMessage<'_>> {
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
