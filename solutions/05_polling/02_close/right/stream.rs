//! A `StreamConsumer` on a runtime of its own, dropped on the runtime's thread.

use std::{error::Error, sync::Arc};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    message::BorrowedMessage,
};
use tokio::runtime;
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
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let consumer: StreamConsumer = ClientConfig::new()
            .set("bootstrap.servers", bootstrap_servers)
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .set("heartbeat.interval.ms", "300")
            .create()?;
        consumer.subscribe(&[topic])?;
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                record = consumer.recv() => match record {
                    Ok(record) => process(&record)?,
                    Err(error) => eprintln!("goes on after: {error}"),
                },
            }
        }
    })
}
