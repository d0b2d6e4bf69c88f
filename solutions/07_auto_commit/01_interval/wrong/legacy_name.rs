//! It switches automatic commits off by a name of old, `auto.commit.enable`, and commits each record by hand. The timer goes on.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. It takes its time; the record is processed when it returns.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Reads `topic` as a member of `group`, and calls `process` with each record, until `stop` is cancelled.
pub async fn read(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    rate: u32,
    at_most: u32,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let _ = (rate, at_most);
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("auto.commit.enable", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        match record {
            Ok(record) => {
                process(&record);
                consumer.commit_message(&record, CommitMode::Sync)?;
            }
            Err(error) => eprintln!("goes on after: {error}"),
        }
    }
    Ok(())
}
