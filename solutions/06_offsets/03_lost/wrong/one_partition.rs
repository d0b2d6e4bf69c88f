//! Commits partition 0, since the topic has had one partition so far.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::{BorrowedMessage, Message},
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
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let record = record?;
        process(&record);
        let mut next = TopicPartitionList::new();
        next.add_partition_offset(topic, 0, Offset::Offset(record.offset() + 1))?;
        consumer.commit(&next, CommitMode::Sync)?;
    }
    Ok(())
}
