//! Looks for new topics, but only every five seconds.

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
        .set("topic.metadata.refresh.interval.ms", "5000")
        .create()?;
    let pattern = format!("^{}.*", prefix.replace('.', "\\."));
    let mut all = topics.to_vec();
    all.push(&pattern);
    consumer.subscribe(&all)?;
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
