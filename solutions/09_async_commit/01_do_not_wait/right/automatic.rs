//! Another right answer: automatic commits of what the program stores after the work. The timer is the client's, and it calls `commit_callback`.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, ClientContext, Message, TopicPartitionList,
    consumer::{Consumer, ConsumerContext, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Whom to tell of a commit: the next offset to read that it named, and whether the broker took it.
pub type Tell = Arc<dyn Fn(i64, KafkaResult<()>) + Send + Sync>;

struct Callbacks {
    tell: Tell,
}

impl ClientContext for Callbacks {}

impl ConsumerContext for Callbacks {
    fn commit_callback(&self, result: KafkaResult<()>, offsets: &TopicPartitionList) {
        if let Some(next) = offsets.elements().first().and_then(|partition| partition.offset().to_raw()) {
            (self.tell)(next, result);
        }
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
        .set("auto.commit.interval.ms", "1000")
        .set("enable.auto.offset.store", "false")
        .create_with_context(Callbacks { tell })?;
    consumer.subscribe(&[topic])?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        match record {
            Ok(record) => {
                process(&record);
                if let Err(error) = consumer.store_offset_from_message(&record) {
                    eprintln!("offset {} is not stored: {error}", record.offset());
                }
            }
            Err(error) => eprintln!("goes on after: {error}"),
        }
    }
    Ok(())
}
