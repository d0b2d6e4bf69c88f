//! Works on everything that is buffered before it stops.

use std::{error::Error, pin::Pin, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    message::OwnedMessage,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// What comes within this time is taken for buffered.
const BUFFERED: Duration = Duration::from_millis(100);

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
        .set("enable.auto.offset.store", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        let received = tokio::select! {
            received = consumer.recv() => received,
            // What has been fetched already is still worked off.
            () = stop.cancelled() => match timeout(BUFFERED, consumer.recv()).await {
                Ok(received) => received,
                Err(_) => return Ok(()),
            },
        };
        match received {
            Ok(record) => {
                process(record.detach()).await?;
                consumer.store_offset_from_message(&record)?;
            }
            Err(error) => eprintln!("the loop goes on after: {error}"),
        }
    }
}
