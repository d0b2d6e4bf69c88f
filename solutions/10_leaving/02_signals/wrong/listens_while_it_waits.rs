//! Makes its listeners for each wait anew. While it works, there is none.

use std::{error::Error, pin::Pin, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    message::OwnedMessage,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::timeout,
};

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// The work on one record. It is done when the future is; a future that is dropped before leaves it half done.
pub type Work = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send>>;

/// Begins the work on a record. Call it once for each record.
pub type Process = Arc<dyn Fn(OwnedMessage) -> Work + Send + Sync>;

/// Reads `topic` from its beginning, as a consumer of `group`, and awaits `process` for each record, until SIGINT or SIGTERM comes. The work
/// in hand may go on for `patience` then.
pub async fn run(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    patience: Duration,
) -> Result<(), Failed> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.offset.store", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let received = tokio::select! {
            _ = interrupt.recv() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
            received = consumer.recv() => received,
        };
        match received {
            Ok(record) => {
                timeout(patience, process(record.detach())).await??;
                consumer.store_offset_from_message(&record)?;
            }
            Err(error) => eprintln!("the loop goes on after: {error}"),
        }
    }
}
