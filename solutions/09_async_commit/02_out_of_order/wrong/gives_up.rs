//! Logs that a commit was refused, and counts on the next one. The last has no next one.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// So many records of a partition are worth a commit.
const EVERY: i64 = 10;

/// Reads `topic`, which has two partitions, from its beginning, as a consumer of `group`. It calls `process` with each record, and commits
/// whenever ten more records of a partition are processed.
///
/// - A commit names what is processed, and no more.
/// - A commit that is refused is made good: by another try, by the next commit, or by the last one.
/// - Whatever is refused or late, the committed offset of a partition never goes back.
/// - When `stop` is cancelled it returns; all that is processed is committed by then.
pub async fn consume(
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
    let consumer = Arc::new(consumer);
    let mut commits = Vec::new();
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let Ok(record) = record else { continue };
        process(&record);
        let partition = record.partition();
        if (record.offset() + 1) % EVERY == 0 {
            commits.push(commit(&consumer, topic, partition, record.offset() + 1));
        }
    }
    for commit in commits {
        let _panicked = commit.await;
    }
    Ok(())
}

/// Commits on a thread of its own.
fn commit(consumer: &Arc<StreamConsumer>, topic: &str, partition: i32, next: i64) -> JoinHandle<()> {
    let (consumer, topic) = (consumer.clone(), topic.to_owned());
    spawn_blocking(move || {
        let mut offsets = TopicPartitionList::new();
        let named = offsets.add_partition_offset(&topic, partition, Offset::Offset(next));
        if let Err(error) = named.and_then(|()| consumer.commit(&offsets, CommitMode::Sync)) {
            eprintln!("commit of {partition}: {next}: {error}");
        }
    })
}
