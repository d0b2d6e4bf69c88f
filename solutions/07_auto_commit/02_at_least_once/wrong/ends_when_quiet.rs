//! Takes a quiet moment for the end.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Who waits for so long after a record has read all.
const QUIET: Duration = Duration::from_millis(1_500);

/// What is done with a sign-up. It takes its time; the work is done when it returns.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Reads the sign-ups of `topic` as a member of `group`, and calls `process` with each, one after another. It goes on until `stop` is cancelled.
///
/// The client commits by itself, every `interval`; the program sends no commit of its own. Wherever it is killed and started again, no sign-up
/// is lost, and what was done longer than `interval` before does not come again.
pub async fn read(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    interval: Duration,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("auto.commit.interval.ms", interval.as_millis().to_string())
        // The client keeps its timer, and does not take a record for done because it was handed over.
        .set("enable.auto.offset.store", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut quiet = Duration::MAX;
    while let Ok(Some(record)) = timeout(quiet, stop.run_until_cancelled(consumer.recv())).await {
        quiet = QUIET;
        let record = record?;
        process(&record);
        consumer.store_offset_from_message(&record)?;
    }
    Ok(())
}
