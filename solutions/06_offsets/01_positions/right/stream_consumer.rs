//! A `StreamConsumer` on a runtime of its own.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::{KafkaError, KafkaResult},
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Where a partition stands, each as the next offset: handed over, committed, end of the log. `None` where there is no such offset.
pub type Stand = [Option<i64>; 3];

/// How long a question to the broker may take.
const WITHIN: Duration = Duration::from_secs(20);

/// Reads, commits, and says where the partition stands.
pub fn read(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    n: usize,
    commit_after: usize,
    process: Process,
) -> KafkaResult<Stand> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| KafkaError::Canceled)?;
    let _in_runtime = runtime.enter();
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    for done in 1..=n {
        let record = runtime.block_on(next(&consumer));
        process(&record);
        if done == commit_after {
            consumer.commit_message(&record, CommitMode::Sync)?;
        }
    }
    let handed_over = offset(&consumer.position()?, topic);
    let committed = offset(&consumer.committed(WITHIN)?, topic);
    let (_, end) = consumer.fetch_watermarks(topic, 0, WITHIN)?;
    Ok([handed_over, committed, Some(end)])
}

/// The next record, however long it takes.
async fn next(consumer: &StreamConsumer) -> BorrowedMessage<'_> {
    loop {
        match consumer.recv().await {
            Ok(record) => return record,
            Err(error) => eprintln!("goes on after: {error}"),
        }
    }
}

/// The offset of partition 0. Where there is none, librdkafka says `Offset::Invalid`, which is no number.
fn offset(list: &TopicPartitionList, topic: &str) -> Option<i64> {
    match list.find_partition(topic, 0)?.offset() {
        Offset::Offset(offset) => Some(offset),
        _ => None,
    }
}
