//! Takes all partitions by hand, and keeps its offsets in the group all the same.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
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
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    // The group is where the offsets are kept; who reads which partition is said here.
    let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(5))?;
    let mut all = TopicPartitionList::new();
    for partition in metadata.topics().iter().flat_map(|topic| topic.partitions()) {
        all.add_partition_offset(topic, partition.id(), Offset::Stored)?;
    }
    consumer.assign(&all)?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let record = record?;
        // A crash before this line lets the record come once more; a crash after it does no harm. None is passed without its mail.
        process(&record);
        consumer.commit_message(&record, CommitMode::Sync)?;
    }
    Ok(())
}
