//! Commits full batches alone.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// How long `next_batch` waits for more.
const WAIT: Duration = Duration::from_millis(200);

/// Reads `topic` as a consumer of `group`, in batches of at most `max` records; calls `process` with each record, and commits after each
/// batch, synchronously. It returns `Ok` when `stop` is cancelled, and not before.
///
/// A commit may be refused. That ends nothing: it goes on reading, and the client joins the group again where it was put out.
///
/// - What is no longer its own it drops: it never takes the group back behind what another consumer has committed.
/// - What is still its own it commits with the next commit that the broker takes.
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
    while !stop.is_cancelled() {
        let batch = next_batch(&consumer, max);
        for record in &batch {
            process(record);
        }
        if batch.len() == max
            && let Err(refused) = consumer.commit_consumer_state(CommitMode::Sync)
        {
            eprintln!("{refused}");
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
