//! Waits for the last commit, and does nothing when a partition is taken back.

use std::{collections::BTreeMap, sync::Arc};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// So many records of a partition are worth a commit on the way.
const EVERY: i64 = 10;

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
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        // It hears of a rebalance with the answer to a heartbeat.
        .set("heartbeat.interval.ms", "300")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut processed = BTreeMap::new();
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let Ok(record) = record else { continue };
        process(&record);
        processed.insert(record.partition(), record.offset() + 1);
        if (record.offset() + 1) % EVERY == 0 {
            commit(&consumer, topic, &processed, CommitMode::Async)?;
        }
    }
    commit(&consumer, topic, &processed, CommitMode::Sync)
}

fn commit(consumer: &StreamConsumer, topic: &str, processed: &BTreeMap<i32, i64>, mode: CommitMode) -> KafkaResult<()> {
    let mut offsets = TopicPartitionList::new();
    for (partition, next) in processed {
        offsets.add_partition_offset(topic, *partition, Offset::Offset(*next))?;
    }
    consumer.commit(&offsets, mode)
}
