//! Tries three times where the work fails, with a break between, before it returns the error.

use std::{error::Error, pin::Pin, sync::Arc};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
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
        // Closing commits what is stored: with this, what was worked on, and nothing that was only handed over.
        .set("enable.auto.offset.store", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        // Whichever loses is dropped. `recv` bears it: it takes a record only when it is ready.
        let received = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            received = consumer.recv() => received,
        };
        match received {
            Ok(record) => {
                for left in [2, 1, 0] {
                    match process(record.detach()).await {
                        Ok(()) => break,
                        Err(failed) if left == 0 => return Err(failed),
                        Err(failed) => eprintln!("again, {left} left, after: {failed}"),
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
                // It fails where the partition was taken away meanwhile; the new owner works on the record again.
                if let Err(error) = consumer.store_offset_from_message(&record) {
                    eprintln!("not stored: {error}");
                }
            }
            Err(fatal @ KafkaError::MessageConsumptionFatal(_)) => return Err(fatal.into()),
            Err(error) => eprintln!("the loop goes on after: {error}"),
        }
    }
}
