//! Leaving the loop when somebody says stop.
//!
//! The consumer below reads, works and looks at its stop token. It hears the stop too late, and it counts records as done that are not.
//! Mend it. Check it with `cargo workbook check 10.1`, or with `cargo test` in this folder. Edit this file only.

use std::{error::Error, pin::Pin, sync::Arc};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    message::OwnedMessage,
};
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// The work on one record. It is done when the future is; a future that is dropped before leaves it half done.
pub type Work = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send>>;

/// Begins the work on a record. Call it once for each record.
pub type Process = Arc<dyn Fn(OwnedMessage) -> Work + Send + Sync>;

/// Reads `topic` from its beginning, as a consumer of `group`, and awaits `process` for each record. It ends in one of two ways:
///
/// - `stop` is cancelled: it finishes the work in hand, takes no other record and returns `Ok`; within a second where nothing is in hand.
///   What it has worked on is committed.
/// - The work fails: it returns that error. The record counts as not done: its offset is not committed.
///
/// In both of them the consumer has left the group by then.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> Result<(), Failed> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        // TODO: who hears the stop while this waits for a record?
        match consumer.recv().await {
            // TODO: when does this record count as done?
            Ok(record) => process(record.detach()).await?,
            Err(error) => eprintln!("the loop goes on after: {error}"),
        }
    }
    Ok(())
}
