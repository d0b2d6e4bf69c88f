//! A member of the new group protocol (KIP-848): the coordinator assigns.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Joins `group`, reads `topic` from its beginning, calls `process` with each of the first `n` records as it comes, and
/// returns.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("group.protocol", "consumer")
        // A group that has committed nothing starts at the first record, not after the last.
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;

    let mut read = 0;
    while read < n {
        match consumer.recv().await {
            Ok(record) => {
                process(&record);
                read += 1;
            }
            // An error of a consumer is news: librdkafka connects again by itself.
            Err(error) => eprintln!("{group} goes on after: {error}"),
        }
    }
    Ok(())
}
