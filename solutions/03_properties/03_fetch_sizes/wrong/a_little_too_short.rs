//! Waits for somewhat less than half a second, so that no view is late.

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

/// Sign-ups are rare, and each counts. Targets: one is handed over within 100 ms of being written; and as long as none is written, the
/// broker is asked at most once a second.
pub async fn alert(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let mut config = settings(bootstrap_servers, group);
    config
        .set("client.id", "alert")
        .set("fetch.min.bytes", "1")
        .set("fetch.wait.max.ms", "5000");
    read(&config, topic, process, stop).await
}

/// Page views are small and many, about 10 kB a second, and the bundles of last night wait in the topic. Targets: the broker is asked
/// at most twice a second, but a view is handed over within a second of being written; an answer brings at most 100 kB (100,000 bytes),
/// unless a single bundle is larger; and what waits already is fetched without a pause.
pub async fn archive(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let mut config = settings(bootstrap_servers, group);
    config
        .set("client.id", "archive")
        .set("fetch.min.bytes", "50000")
        .set("fetch.wait.max.ms", "450")
        .set("max.partition.fetch.bytes", "100000");
    read(&config, topic, process, stop).await
}

/// What both have in common.
fn settings(bootstrap_servers: &str, group: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap_servers).set("group.id", group).set("auto.offset.reset", "earliest");
    config
}

/// Reads `topic` until `stop` is cancelled.
async fn read(config: &ClientConfig, topic: &str, process: Process, stop: CancellationToken) -> KafkaResult<()> {
    let consumer: StreamConsumer = config.create()?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("it goes on after: {error}"),
            },
        }
    }
}
