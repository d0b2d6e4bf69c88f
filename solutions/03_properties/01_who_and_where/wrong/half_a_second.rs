//! Gives up where nothing has come for half a second.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::{KafkaError, KafkaResult},
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
    let consumer: StreamConsumer = ClientConfig::new()
        // Any of them that answers will do: it tells the addresses of all brokers.
        .set("bootstrap.servers", bootstrap_servers.join(","))
        .set("group.id", group)
        .set("client.id", client)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;

    let mut read = 0;
    while read < n {
        match tokio::time::timeout(Duration::from_millis(500), consumer.recv()).await {
            Ok(Ok(record)) => {
                process(&record);
                read += 1;
            }
            Ok(Err(error)) => eprintln!("{client} goes on after: {error}"),
            Err(_) => return Err(KafkaError::NoMessageReceived),
        }
    }
    Ok(())
}
