//! Another right answer: a `StreamConsumer` on a runtime of its own, since a synchronous commit blocks its thread.

use std::{error::Error, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, StreamConsumer},
    message::BorrowedMessage,
};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// What is done with a record. Call it once for each record. It may fail.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) -> Result<(), Failed> + Send + Sync>;

/// How long `next_batch` waits for more.
const WAIT: Duration = Duration::from_millis(200);

/// Reads `topic` as a consumer of `group`, in batches of `max` records, and commits after each.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    max: usize,
    process: Process,
    stop: CancellationToken,
) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let _inside = runtime.enter();
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    runtime.block_on(async {
        while !stop.is_cancelled() {
            let (mut batch, deadline) = (Vec::new(), Instant::now() + WAIT);
            while batch.len() < max {
                match timeout_at(deadline, consumer.recv()).await {
                    Ok(Ok(record)) => batch.push(record),
                    Ok(Err(error)) => eprintln!("the batch goes on after: {error}"),
                    Err(_elapsed) => break,
                }
            }
            for record in &batch {
                process(record)?;
            }
            if !batch.is_empty() {
                consumer.commit_consumer_state(CommitMode::Sync)?;
            }
        }
        Ok(())
    })
}
