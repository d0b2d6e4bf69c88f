//! Another right answer: what is refused ends the consumer, and a new one takes its place.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::{KafkaError, KafkaResult},
    message::BorrowedMessage,
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
    while !stop.is_cancelled() {
        match one_life(bootstrap_servers, group, topic, max, &process, &stop) {
            Err(KafkaError::ConsumerCommit(refused)) => eprintln!("joins anew after: {refused}"),
            ended => ended?,
        }
    }
    Ok(())
}

fn one_life(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    max: usize,
    process: &Process,
    stop: &CancellationToken,
) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        let batch = next_batch(&consumer, max);
        for record in &batch {
            process(record);
        }
        if !batch.is_empty() {
            consumer.commit_consumer_state(CommitMode::Sync)?;
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
