//! Waits for its last words in the callback for a revoke. Closing calls it on a thread of the runtime.

use std::{error::Error, pin::Pin, sync::Arc};

use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    message::OwnedMessage,
};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// The work on one record. It is done when the future is; a future that is dropped before leaves it half done.
pub type Work = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send>>;

/// Begins the work on a record. Call it once for each record.
pub type Process = Arc<dyn Fn(OwnedMessage) -> Work + Send + Sync>;

/// Flushes what the partitions' records have left behind, before they are given up.
struct Flushing;

impl ClientContext for Flushing {}

impl ConsumerContext for Flushing {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(_) = rebalance {
            Handle::current().block_on(tokio::task::yield_now());
        }
    }
}

/// Reads `topic` from its beginning, as a consumer of `group`, and awaits `process` for each record, until `stop` is cancelled or the work
/// fails.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> Result<(), Failed> {
    let consumer: StreamConsumer<Flushing> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.offset.store", "false")
        .create_with_context(Flushing)?;
    consumer.subscribe(&[topic])?;
    loop {
        let received = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            received = consumer.recv() => received,
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
