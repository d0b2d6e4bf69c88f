//! Positions: how far a partition has been handed over, committed, and written. Each of them is a *next* offset.
//!
//! The code below reads, commits, and says where the partition stands. Most of what it says is wrong. Mend it.
//! Check it with `cargo workbook check 6.1`, or with `cargo test` in this folder. Edit this file only.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
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

/// Reads `n` records of partition 0 of `topic`, its only one, as a member of `group`, and calls `process` with each. It begins where the
/// group stands; where the group has committed nothing, at the beginning of the log.
///
/// When `commit_after` of the records are processed, it commits, so that the group would go on with the next one; it never commits further.
/// With 0 it commits nothing.
///
/// Returns where the partition stands then. What is committed, and where the log ends, is what the broker says.
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
    let mut handed_over = None;
    for done in 1..=n {
        let record = next(&consumer);
        process(&record);
        handed_over = Some(record.offset());
        if done == commit_after {
            // TODO: which offset does the group go on with?
            let mut offsets = TopicPartitionList::new();
            offsets.add_partition_offset(topic, record.partition(), Offset::Offset(record.offset()))?;
            consumer.commit(&offsets, CommitMode::Sync)?;
        }
    }
    // TODO: what has the group committed? Who knows it?
    let committed = handed_over;
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
