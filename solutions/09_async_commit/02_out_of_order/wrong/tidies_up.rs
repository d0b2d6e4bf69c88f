//! Keeps what was refused for the end, and commits it then, so that nothing is left undone.

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
    let mut processed = [0, 0];
    let mut commits = Vec::new();
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let Ok(record) = record else { continue };
        process(&record);
        let partition = record.partition();
        processed[partition as usize] = record.offset() + 1;
        if (record.offset() + 1) % EVERY == 0 {
            commits.push(commit(&consumer, topic, partition, record.offset() + 1));
        }
    }
    for (partition, next) in (0..).zip(processed) {
        commits.push(commit(&consumer, topic, partition, next));
    }
    let mut refused = Vec::new();
    for commit in commits {
        refused.extend(commit.await.into_iter().flatten());
    }
    // Now there is time for those that went wrong.
    for (partition, next) in refused {
        let _panicked = commit(&consumer, topic, partition, next).await;
    }
    Ok(())
}

/// Commits on a thread of its own, and gives back what was refused.
fn commit(consumer: &Arc<StreamConsumer>, topic: &str, partition: i32, next: i64) -> JoinHandle<Option<(i32, i64)>> {
    let (consumer, topic) = (consumer.clone(), topic.to_owned());
    spawn_blocking(move || {
        let mut offsets = TopicPartitionList::new();
        let named = offsets.add_partition_offset(&topic, partition, Offset::Offset(next));
        let refused = named.and_then(|()| consumer.commit(&offsets, CommitMode::Sync)).is_err();
        refused.then_some((partition, next))
    })
}
