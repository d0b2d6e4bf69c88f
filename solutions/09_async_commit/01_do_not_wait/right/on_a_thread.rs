//! Another right answer: a `BaseConsumer`, and a thread beside it that commits whatever is newest.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
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
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let (processed, newest) = mpsc::channel::<i64>();
    thread::scope(|scope| {
        let consumer = &consumer;
        scope.spawn(move || {
            // It waits for the first, and takes those that have come meanwhile as well.
            while let Ok(next) = newest.recv() {
                let next = newest.try_iter().last().unwrap_or(next);
                let mut offsets = TopicPartitionList::new();
                let named = offsets.add_partition_offset(topic, 0, Offset::Offset(next));
                tell(next, named.and_then(|()| consumer.commit(&offsets, CommitMode::Sync)));
            }
        });
        let mut next = 0;
        while !stop.is_cancelled() {
            if let Some(Ok(record)) = consumer.poll(Duration::from_millis(50)) {
                process(&record);
                next = record.offset() + 1;
                if next % EVERY == 0 {
                    let _gone = processed.send(next);
                }
            }
        }
        let _gone = processed.send(next);
        drop(processed);
    });
    Ok(())
}
