//! Commits synchronously, with the new group protocol (KIP-848). Its client gives up a connection on which a heartbeat is not answered in time,
//! and sends the commit again on the next one. That does not shorten the wait.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Whom to tell of a commit: the next offset to read that it named, and whether the broker took it.
pub type Tell = Arc<dyn Fn(i64, KafkaResult<()>) + Send + Sync>;

/// So many new records are worth a commit.
const EVERY: i64 = 10;

/// Reads `topic`, which has one partition, from its beginning, as a consumer of `group`. It calls `process` with each record. Whenever ten or
/// more records are processed that no commit has named, it commits.
///
/// - The next record does not wait for a commit, however long the broker takes to answer.
/// - Three commits at most are on their way at a time. While it sends none, the offset to commit grows.
/// - `tell` is called with the result of each commit, once its answer is there.
/// - A commit that is refused is no reason to end.
/// - When `stop` is cancelled it returns; all that is processed is committed by then.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    tell: Tell,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("group.protocol", "consumer")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let (mut processed, mut committed) = (0, 0);
    let commit = |next: i64| -> KafkaResult<()> {
        let mut offsets = TopicPartitionList::new();
        offsets.add_partition_offset(topic, 0, Offset::Offset(next))?;
        consumer.commit(&offsets, CommitMode::Sync)
    };
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let record = record?;
        process(&record);
        processed = record.offset() + 1;
        if processed >= committed + EVERY {
            tell(processed, commit(processed));
            committed = processed;
        }
    }
    tell(processed, commit(processed));
    Ok(())
}
