//! Processes a record, then the next: nothing to think about.

use std::{
    sync::Arc,
    time::Duration,
};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record. It takes its time, one record more than another.
pub type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// How long the loop waits for anything.
const A_MOMENT: Duration = Duration::from_millis(10);

/// Reads `topic` as a consumer of `group` with some workers, and commits after every `every` records.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    _workers: usize,
    every: usize,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut since = 0;
    while !stop.is_cancelled() {
        match consumer.poll(A_MOMENT) {
            Some(Ok(record)) => {
                process(&record.detach());
                since += 1;
            }
            Some(Err(error)) => eprintln!("goes on after: {error}"),
            None => {}
        }
        if since >= every {
            since = 0;
            consumer.commit_consumer_state(CommitMode::Sync)?;
        }
    }
    if since > 0 {
        consumer.commit_consumer_state(CommitMode::Sync)?;
    }
    Ok(())
}
