//! Leaves the last commit to a task, and returns.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rdkafka::{
    ClientConfig, ClientContext, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// So many records of a partition are worth a commit on the way.
const EVERY: i64 = 10;

/// The next offset of each partition that is ours.
struct Progress {
    topic: String,
    processed: Mutex<BTreeMap<i32, i64>>,
}

impl Progress {
    fn processed(&self) -> MutexGuard<'_, BTreeMap<i32, i64>> {
        self.processed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, record: &BorrowedMessage<'_>) {
        self.processed().insert(record.partition(), record.offset() + 1);
    }

    /// Commits what is processed of those partitions.
    fn commit(&self, consumer: &impl Consumer<Self>, of: impl Fn(i32) -> bool, mode: CommitMode) {
        let mut offsets = TopicPartitionList::new();
        for (partition, next) in self.processed().iter().filter(|(partition, _)| of(**partition)) {
            if let Err(error) = offsets.add_partition_offset(&self.topic, *partition, Offset::Offset(*next)) {
                eprintln!("no offset: {next}: {error}");
            }
        }
        if offsets.count() == 0 {
            return;
        }
        if let Err(error) = consumer.commit(&offsets, mode) {
            eprintln!("not committed: {error}");
        }
    }
}

impl ClientContext for Progress {}

impl ConsumerContext for Progress {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let Rebalance::Revoke(revoked) = rebalance else { return };
        let is_revoked = |partition: i32| revoked.find_partition(&self.topic, partition).is_some();
        // What is lost has another owner by now, and that one commits it.
        if !consumer.assignment_lost() {
            self.commit(consumer, is_revoked, CommitMode::Sync);
        }
        self.processed().retain(|partition, _| !is_revoked(*partition));
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
    let context = Progress { topic: topic.to_owned(), processed: Mutex::default() };
    let consumer: StreamConsumer<Progress> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        // It hears of a rebalance with the answer to a heartbeat.
        .set("heartbeat.interval.ms", "300")
        .create_with_context(context)?;
    consumer.subscribe(&[topic])?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        match record {
            Ok(record) => {
                process(&record);
                consumer.context().note(&record);
                if (record.offset() + 1) % EVERY == 0 {
                    consumer.context().commit(&consumer, |_| true, CommitMode::Async);
                }
            }
            Err(error) => eprintln!("goes on after: {error}"),
        }
    }
    tokio::spawn(async move { consumer.context().commit(&consumer, |_| true, CommitMode::Sync) });
    Ok(())
}
