//! Takes the partitions of all topics by hand.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Reads `topics`, and every topic whose name begins with `prefix`, until `stop` is cancelled.
pub async fn read(
    bootstrap_servers: &str,
    group: &str,
    topics: &[&str],
    prefix: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("topic.metadata.refresh.interval.ms", "500")
        .create()?;
    let metadata = consumer.fetch_metadata(None, Duration::from_secs(5))?;
    let mut mine = TopicPartitionList::new();
    for topic in metadata.topics() {
        if topics.contains(&topic.name()) || topic.name().starts_with(prefix) {
            mine.add_partition_range(topic.name(), 0, topic.partitions().len() as i32 - 1);
        }
    }
    consumer.assign(&mine)?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("{group} goes on after: {error}"),
            },
        }
    }
}
