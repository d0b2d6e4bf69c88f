//! Another right answer: waits for each commit in the loop, and tries again with the next record.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
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
    let mut processed = std::collections::BTreeMap::new();
    let mut due = false;
    loop {
        let Some(record) = stop.run_until_cancelled(consumer.recv()).await else { break };
        let Ok(record) = record else { continue };
        process(&record);
        processed.insert(record.partition(), record.offset() + 1);
        due |= (record.offset() + 1) % EVERY == 0;
        if due {
            due = commit(&consumer, topic, &processed).is_err();
        }
    }
    while commit(&consumer, topic, &processed).is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

fn commit(consumer: &StreamConsumer, topic: &str, processed: &std::collections::BTreeMap<i32, i64>) -> KafkaResult<()> {
    let mut offsets = TopicPartitionList::new();
    for (partition, next) in processed {
        offsets.add_partition_offset(topic, *partition, Offset::Offset(*next))?;
    }
    tokio::task::block_in_place(|| consumer.commit(&offsets, CommitMode::Sync))
}
