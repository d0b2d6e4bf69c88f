//! Another right answer: the state of the consumer. It is right here because nothing is in hand when the callback is called: it is the loop itself that is called back.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, ClientContext, Message,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// So many records of a partition are worth a commit on the way.
const EVERY: i64 = 10;

struct CommitsBefore;

impl ClientContext for CommitsBefore {}

impl ConsumerContext for CommitsBefore {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if matches!(rebalance, Rebalance::Revoke(_)) && !consumer.assignment_lost() {
            // Nothing new is no failure.
            let _nothing_new = consumer.commit_consumer_state(CommitMode::Sync);
        }
    }
}

/// Reads `topic`, which has two partitions, as one of the consumers of `group`, from where the group has got to, else from the beginning. It
/// calls `process` with each record.
///
/// - On the way it commits whenever ten more records of a partition are processed. No record waits for such a commit.
/// - When a partition is taken back, what is processed of it is committed before the next owner begins.
/// - Partitions that are lost already are not committed any more, and partitions that were given away are not committed later on.
/// - When `stop` is cancelled it returns. By then all that is processed of its partitions is committed, and the broker has said so.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer<CommitsBefore> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .set("heartbeat.interval.ms", "300")
        .create_with_context(CommitsBefore)?;
    consumer.subscribe(&[topic])?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let Ok(record) = record else { continue };
        process(&record);
        if (record.offset() + 1) % EVERY == 0 {
            consumer.commit_message(&record, CommitMode::Async)?;
        }
    }
    // Closing takes the partitions back, and so commits.
    Ok(())
}
