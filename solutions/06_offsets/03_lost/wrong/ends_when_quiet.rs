//! Takes a quiet moment for the end.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Who waits for so long after a record has read all.
const QUIET: Duration = Duration::from_millis(1_500);

/// Sends the mail. It takes its time, and the mail is sent when it returns.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Reads the sign-ups of `topic` as a member of `group`, and calls `process` with each, one after another. It goes on until `stop` is cancelled.
///
/// Wherever it is killed and started again, each sign-up gets its mail. What it has processed is committed within 100 ms; so after a crash at
/// most one sign-up comes twice, the one in hand.
pub async fn send_mails(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut quiet = Duration::MAX;
    while let Ok(Some(record)) = timeout(quiet, stop.run_until_cancelled(consumer.recv())).await {
        quiet = QUIET;
        let record = record?;
        process(&record);
        consumer.commit_message(&record, CommitMode::Sync)?;
    }
    Ok(())
}
