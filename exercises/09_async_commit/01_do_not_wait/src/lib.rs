//! Do not wait: commits without waiting for their answers, and still knows what became of them.
//!
//! The code below is the chapter's `commitAsync { … }`, word for word. It never waits, and it never hears of a commit again. Mend it.
//! Check it with `cargo workbook check 9.1`, or with `cargo test` in this folder. Edit this file only.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, ClientContext, Message, TopicPartitionList,
    consumer::{CommitMode, Consumer, ConsumerContext, StreamConsumer},
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

struct Callbacks {
    tell: Tell,
}

impl ClientContext for Callbacks {}

impl ConsumerContext for Callbacks {
    // TODO: who calls this, and for which commits?
    fn commit_callback(&self, result: KafkaResult<()>, offsets: &TopicPartitionList) {
        let next = offsets.elements().first().and_then(|partition| partition.offset().to_raw());
        (self.tell)(next.unwrap_or_default(), result);
    }
}

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
    let consumer: StreamConsumer<Callbacks> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create_with_context(Callbacks { tell })?;
    consumer.subscribe(&[topic])?;
    let mut committed = 0;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let record = record?;
        process(&record);
        if record.offset() + 1 >= committed + EVERY {
            consumer.commit_message(&record, CommitMode::Async)?;
            committed = record.offset() + 1;
        }
    }
    Ok(())
}
