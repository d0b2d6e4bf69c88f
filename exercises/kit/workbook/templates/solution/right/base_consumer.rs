//! Another right answer: a `BaseConsumer` that is polled.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// TODO: what it does, as a contract.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut read = 0;
    while read < n {
        if let Some(record) = consumer.poll(Duration::from_millis(100)) {
            process(&record?);
            read += 1;
        }
    }
    Ok(())
}
