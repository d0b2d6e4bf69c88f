//! Commits the first record of a batch for all of it.

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, CommitMode, Consumer},
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// What is done with a record. Call it once for each record. It may fail.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) -> Result<(), Failed> + Send + Sync>;

/// How long `next_batch` waits for more.
const WAIT: Duration = Duration::from_millis(200);

/// Reads `topic` from its beginning, as a consumer of `group`, in batches of at most `max` records, and calls `process` with each record.
///
/// - When a batch is processed it commits, synchronously: it goes on when the broker has taken the commit. So after a crash no more than
///   one batch comes again, and there are few commits.
/// - Nothing is committed before it is processed.
/// - A quiet hour is no failure: it waits for the next records.
/// - When `stop` is cancelled it returns `Ok`, and everything that was processed is committed.
/// - When `process` fails it returns that error. The record that failed is not committed, nor what is behind it in its partition.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    max: usize,
    process: Process,
    stop: CancellationToken,
) -> Result<(), Failed> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        // The program says what is done; else closing would commit what was merely handed over.
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        let batch = next_batch(&consumer, max);
        for record in &batch {
            process(record)?;
        }
        if !batch.is_empty() {
            consumer.commit_message(&batch[0], CommitMode::Sync)?;
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
