//! Another right answer: no retry at all. One commit is on its way at a time, the next one names more, and the last one waits for the one before.

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
    let mut on_its_way: Option<JoinHandle<()>> = None;
    let mut is_due = false;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let Ok(record) = record else { continue };
        process(&record);
        let next = &mut processed[record.partition() as usize];
        *next = (*next).max(record.offset() + 1);
        is_due |= (record.offset() + 1) % EVERY == 0;
        if is_due && on_its_way.as_ref().is_none_or(JoinHandle::is_finished) {
            on_its_way = Some(commit(&consumer, topic, processed));
            is_due = false;
        }
    }
    for last in on_its_way.into_iter().chain([commit(&consumer, topic, processed)]) {
        let _panicked = last.await;
    }
    Ok(())
}

/// Commits on a thread of its own. Where that is refused, a later commit makes it good.
fn commit(consumer: &Arc<StreamConsumer>, topic: &str, processed: [i64; 2]) -> JoinHandle<()> {
    let (consumer, topic) = (consumer.clone(), topic.to_owned());
    spawn_blocking(move || {
        let mut offsets = TopicPartitionList::new();
        for (partition, next) in (0..).zip(processed).filter(|(_, next)| *next > 0) {
            let _valid = offsets.add_partition_offset(&topic, partition, Offset::Offset(next));
        }
        if let Err(error) = consumer.commit(&offsets, CommitMode::Sync) {
            eprintln!("the next commit makes it good: {error}");
        }
    })
}
