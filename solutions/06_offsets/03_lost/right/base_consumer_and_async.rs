//! Another right answer: a `BaseConsumer` that is polled, and commits that are not waited for.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, BaseConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

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
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        let Some(record) = consumer.poll(Duration::from_millis(50)).transpose()? else { continue };
        process(&record);
        consumer.commit_message(&record, CommitMode::Async)?;
    }
    Ok(())
}
