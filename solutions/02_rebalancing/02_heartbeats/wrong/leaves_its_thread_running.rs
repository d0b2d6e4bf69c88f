//! Polls on a thread of its own that nobody stops, and returns while it is still a member.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
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
    let consumer: BaseConsumer = ClientConfig::new()
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
    std::thread::spawn(move || {
        loop {
            match consumer.poll(Duration::from_millis(100)) {
                Some(Ok(record)) => process(&record),
                Some(Err(error)) => eprintln!("a member goes on after: {error}"),
                None => {}
            }
        }
    });
    stop.cancelled().await;
    Ok(())
}
