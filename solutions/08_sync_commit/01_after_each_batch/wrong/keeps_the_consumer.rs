//! A thread that reports the positions holds the consumer, also when the function has returned.

use std::{
    error::Error,
    sync::Arc,
    thread,
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

/// How often the positions are reported.
const REPORT: Duration = Duration::from_secs(5);

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
    let consumer: Arc<BaseConsumer> = Arc::new(
        ClientConfig::new()
            .set("bootstrap.servers", bootstrap_servers)
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            // The program says what is done; else closing would commit what was merely handed over.
            .set("enable.auto.commit", "false")
            .create()?,
    );
    consumer.subscribe(&[topic])?;
    let watched = consumer.clone();
    thread::spawn(move || {
        loop {
            eprintln!("{:?}", watched.position());
            thread::sleep(REPORT);
        }
    });
    while !stop.is_cancelled() {
        let batch = next_batch(&consumer, max);
        for record in &batch {
            process(record)?;
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
