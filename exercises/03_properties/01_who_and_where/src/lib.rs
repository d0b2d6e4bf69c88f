//! Who reads, and where Kafka is.
//!
//! Topic T1 holds sign-ups in one partition. Two programs read them for group G1, one after the other: C1 the first five, C2 the next
//! five. Each is given two addresses, and one of the two is dead. Say three properties: where Kafka is, for which group you read, and
//! who you are. Check it with `cargo workbook check 3.1`, or with `cargo test` in this folder. Edit this file only.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
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
    // TODO: which properties say where Kafka is, for which group this program reads, and who it is?
    let _ = (bootstrap_servers, group, client);
    let consumer: StreamConsumer = ClientConfig::new().set("auto.offset.reset", "earliest").create()?;
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
