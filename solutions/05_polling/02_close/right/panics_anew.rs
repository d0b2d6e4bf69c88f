//! It catches a panic, closes, and panics with its own words; the last record it keeps as its own copy.

use std::{
    error::Error,
    panic::{AssertUnwindSafe, catch_unwind,},
    sync::Arc,
    time::Duration,
};

use rdkafka::{
    ClientConfig, Message,
    consumer::{BaseConsumer, Consumer},
    message::{BorrowedMessage, OwnedMessage},
};
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// What is done with a record. Call it once for each record. It may fail, and it may panic.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) -> Result<(), Failed> + Send + Sync>;

/// Reads `topic` as a consumer of `group`, and closes at each of its ends.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> Result<(), Failed> {
    let mut last: Option<OwnedMessage> = None;
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "300")
        .create()?;
    consumer.subscribe(&[topic])?;
    let ended = catch_unwind(AssertUnwindSafe(|| {
        while !stop.is_cancelled() {
            match consumer.poll(Duration::from_millis(100)) {
                None => {}
                Some(Err(error)) => eprintln!("goes on after: {error}"),
                Some(Ok(record)) => {
                    last = Some(record.detach());
                    process(&record)?;
                }
            }
        }
        Ok(())
    }));
    drop(consumer);
    if let Some(last) = last {
        eprintln!("the last record was {} of {}-{}", last.offset(), last.topic(), last.partition());
    }
    ended.unwrap_or_else(|_| panic!("process panicked"))
}
