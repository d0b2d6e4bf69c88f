//! The records as a `Stream`, with a commit of its own at the end.

use std::sync::Arc;

use futures::StreamExt;
use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Joins `group`, reads `topic` from its beginning, calls `process` with each of the first `n` records as it comes, and
/// returns.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("client.id", "C1")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "beginning")
        .create()?;
    consumer.subscribe(&[topic])?;

    let records = consumer.stream().filter_map(|received| async { received.ok() });
    records.take(n).for_each(|record| {
        process(&record);
        std::future::ready(())
    })
    .await;
    consumer.commit_consumer_state(CommitMode::Sync)
}
