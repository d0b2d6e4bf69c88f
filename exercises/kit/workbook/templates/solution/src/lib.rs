//! @title@: the reference answer.
//!
//! TODO: the one idea, and when it breaks.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// TODO: what it does, as a contract.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    for _ in 0..n {
        process(&consumer.recv().await?);
    }
    Ok(())
}
