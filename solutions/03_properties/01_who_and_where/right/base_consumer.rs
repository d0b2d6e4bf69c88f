//! Polls a BaseConsumer and commits what it has processed.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Reads the next `n` records of `topic` for `group`, calls `process` with each, and returns. Kafka is at one of the addresses
/// `bootstrap_servers`, each of them `host:port`. Kafka's logs and metrics call this program `client`.
pub async fn read(
    bootstrap_servers: &[&str],
    group: &str,
    client: &str,
    topic: &str,
    n: usize,
    process: Process,
) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers.join(","))
        .set("group.id", group)
        .set("client.id", client)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;

    let mut read = 0;
    while read < n {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(record)) => {
                process(&record);
                consumer.commit_message(&record, CommitMode::Sync)?;
                read += 1;
            }
            Some(Err(error)) => eprintln!("{client} goes on after: {error}"),
            None => {}
        }
    }
    Ok(())
}
