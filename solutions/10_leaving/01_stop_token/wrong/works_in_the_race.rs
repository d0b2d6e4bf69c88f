//! Receives and works in one branch of the race, so that the stop drops the work as well.

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

/// Reads `topic` from its beginning, as a consumer of `group`, and awaits `process` for each record, until `stop` is cancelled or the work
/// fails.
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
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            done = async {
                let record = consumer.recv().await?;
                process(record.detach()).await?;
                Ok::<(), Failed>(())
            } => done?,
        }
    }
}
