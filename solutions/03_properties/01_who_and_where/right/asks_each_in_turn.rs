//! Asks each address whether a broker is there, and takes the first that answers.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer, StreamConsumer},
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
    let mut answering = None;
    while answering.is_none() {
        for address in bootstrap_servers {
            let asking: BaseConsumer =
                ClientConfig::new().set("bootstrap.servers", *address).set("client.id", client).create()?;
            if asking.fetch_metadata(None, Duration::from_secs(1)).is_ok() {
                answering = Some(*address);
                break;
            }
        }
    }
    let address = answering.unwrap_or_default();
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", address)
        .set("group.id", group)
        .set("client.id", client)
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
            Err(error) => eprintln!("{client} goes on after: {error}"),
        }
    }
    Ok(())
}
