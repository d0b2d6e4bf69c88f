//! Makes a second consumer, so that its heartbeats go on whatever the first one does.

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
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("client.id", client_id)
        .set("auto.offset.reset", "earliest")
        .set("session.timeout.ms", "2000")
        .set("heartbeat.interval.ms", "500");
    let consumer: StreamConsumer = config.create()?;
    consumer.subscribe(&[topic])?;
    let beating: StreamConsumer = config.create()?;
    beating.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
            Ok(record) = beating.recv() => process(&record),
        }
    }
}
