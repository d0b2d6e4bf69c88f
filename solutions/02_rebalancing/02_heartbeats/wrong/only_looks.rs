//! Looks at the records and never calls process.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, Message,
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
    _: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("client.id", client_id)
        .set("auto.offset.reset", "earliest")
        // A member that was not heard of for so long counts as dead.
        .set("session.timeout.ms", "2000")
        // So often it lets itself be heard. A stall delays a heartbeat: 500 ms + 1 s is still less than the session.
        .set("heartbeat.interval.ms", "500")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => println!("{client_id} has read {}", record.offset()),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
}
