//! Positions: the reference answer.
//!
//! Three questions, each to the one who knows: the client for what it has handed over, the group's coordinator for what is committed, the
//! partition's leader for the end of the log. `commit_message` adds the one by itself.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Where a partition stands, each as the next offset: handed over, committed, end of the log. `None` where there is no such offset.
pub type Stand = [Option<i64>; 3];

/// How long a question to the broker may take.
const WITHIN: Duration = Duration::from_secs(20);

/// Reads `n` records of partition 0 of `topic`, its only one, as a member of `group`, commits behind the first `commit_after` of them, and
/// says where the partition stands then.
pub fn read(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    n: usize,
    commit_after: usize,
    process: Process,
) -> KafkaResult<Stand> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    for done in 1..=n {
        let record = next(&consumer);
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
fn next(consumer: &BaseConsumer) -> BorrowedMessage<'_> {
    loop {
        match consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Ok(record)) => return record,
            Some(Err(error)) => eprintln!("goes on after: {error}"),
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
