//! Subscribes before every poll, as if that asked for a record.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Joins `group`, reads `topic` from its beginning, calls `process` with each of the first `n` records as it comes, and
/// returns.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        // A group that has committed nothing starts at the first record, not after the last.
        .set("auto.offset.reset", "earliest")
        .create()?;

    let mut read = 0;
    while read < n {
        consumer.subscribe(&[topic])?;
        match consumer.poll(Duration::from_millis(500)) {
            Some(Ok(record)) => {
                process(&record);
                read += 1;
            }
            Some(Err(error)) => eprintln!("{group} goes on after: {error}"),
            None => {}
        }
    }
    Ok(())
}
