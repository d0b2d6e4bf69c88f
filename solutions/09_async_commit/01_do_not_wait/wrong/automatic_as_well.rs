//! Leaves the automatic commit on, beside its own: nobody tells of that one.

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
        .create()?;
    consumer.subscribe(&[topic])?;
    let consumer = Arc::new(consumer);
    let (mut processed, mut named) = (0, 0);
    let mut on_its_way: Option<JoinHandle<()>> = None;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        match record {
            Ok(record) => {
                process(&record);
                processed = record.offset() + 1;
            }
            Err(error) => eprintln!("goes on after: {error}"),
        }
        if processed >= named + EVERY && on_its_way.as_ref().is_none_or(JoinHandle::is_finished) {
            on_its_way = Some(commit(&consumer, topic, processed, &tell));
            named = processed;
        }
    }
    // Nothing is processed any more, so here it may wait: for the commit that is on its way, and for the last one.
    for last in on_its_way.into_iter().chain((processed > 0).then(|| commit(&consumer, topic, processed, &tell))) {
        let _panicked = last.await;
    }
    Ok(())
}

/// Commits on a thread of its own, where nobody else has to wait for the answer.
fn commit(consumer: &Arc<StreamConsumer>, topic: &str, next: i64, tell: &Tell) -> JoinHandle<()> {
    let (consumer, topic, tell) = (consumer.clone(), topic.to_owned(), tell.clone());
    spawn_blocking(move || {
        let mut offsets = TopicPartitionList::new();
        let named = offsets.add_partition_offset(&topic, 0, Offset::Offset(next));
        tell(next, named.and_then(|()| consumer.commit(&offsets, CommitMode::Sync)));
    })
}
