//! Another right answer: says of which record the failure is, and keeps the error of `process` as its source.

use std::{
    error::Error,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, Message,
    consumer::{BaseConsumer, CommitMode, Consumer},
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// What is done with a record. Call it once for each record. It may fail.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) -> Result<(), Failed> + Send + Sync>;

/// A record that was not processed, and why.
#[derive(Debug)]
struct NotProcessed {
    partition: i32,
    offset: i64,
    source: Failed,
}

impl fmt::Display for NotProcessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partition {} offset {} was not processed", self.partition, self.offset)
    }
}

impl Error for NotProcessed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

/// How long `next_batch` waits for more.
const WAIT: Duration = Duration::from_millis(200);

/// Reads `topic` as a consumer of `group`, in batches of `max` records, and commits after each.
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
            let (partition, offset) = (record.partition(), record.offset());
            process(record).map_err(|source| NotProcessed { partition, offset, source })?;
        }
        // With nothing new there is nothing to commit, and the client says so with an error.
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
