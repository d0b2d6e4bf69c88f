//! Names as patterns that have a beginning and no end.

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

/// Reads `topics`, and every topic whose name begins with `prefix`, until `stop` is cancelled.
pub async fn read(
    bootstrap_servers: &str,
    group: &str,
    topics: &[&str],
    prefix: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("topic.metadata.refresh.interval.ms", "500")
        .create()?;
    let patterns: Vec<_> =
        topics.iter().chain([&prefix]).map(|name| format!("^{}", name.replace('.', "\\."))).collect();
    consumer.subscribe(&patterns.iter().map(String::as_str).collect::<Vec<_>>())?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("{group} goes on after: {error}"),
            },
        }
    }
}
