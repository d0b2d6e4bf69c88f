//! Ends the whole program in the callback for errors.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{Consumer, ConsumerContext, StreamConsumer},
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
    let consumer: StreamConsumer<Strict> = ClientConfig::new()
        // Any of them that answers will do: it tells the addresses of all brokers.
        .set("bootstrap.servers", bootstrap_servers.join(","))
        .set("group.id", group)
        .set("client.id", client)
        .set("auto.offset.reset", "earliest")
        .create_with_context(Strict)?;
    consumer.subscribe(&[topic])?;

    let mut read = 0;
    while read < n {
        match consumer.recv().await {
            Ok(record) => {
                process(&record);
                read += 1;
            }
            // That an address is dead is said here too, and is no reason to stop.
            Err(error) => eprintln!("{client} goes on after: {error}"),
        }
    }
    Ok(())
}

struct Strict;

impl ClientContext for Strict {
    fn error(&self, error: KafkaError, reason: &str) {
        eprintln!("{error}: {reason}");
        std::process::exit(1);
    }
}

impl ConsumerContext for Strict {}
