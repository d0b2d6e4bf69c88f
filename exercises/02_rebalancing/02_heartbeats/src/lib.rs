//! A member that goes without a word: when does the group notice?
//!
//! Topic T1 holds sign-ups in four partitions. Two programs run your `member` in group G1, one each. It reads, and it leaves as it should.
//! But a program that crashes says nothing. Choose the properties so that the coordinator gives a crashed member up within 2 s, and that
//! a member whose line stalls for 1 s keeps its partitions. A record may take 3 s to process.
//! Check it with `cargo workbook check 2.2`, or with `cargo test` in this folder. Edit this file only.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Runs one member of `group` until `stop` is cancelled: reads `topic` from its beginning and calls `process` with each record. Its
/// `client.id` is `client_id`. When this returns, the member has left the group.
pub async fn member(
    bootstrap_servers: &str,
    group: &str,
    client_id: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("client.id", client_id)
        .set("auto.offset.reset", "earliest")
        // TODO: how long may the coordinator hear nothing, and how often does the member let itself be heard?
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
}
