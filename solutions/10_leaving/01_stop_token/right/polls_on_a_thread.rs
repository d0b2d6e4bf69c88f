//! Another right answer: a `BaseConsumer` on a thread of its own, which looks at the token ten times a second.

use std::{error::Error, pin::Pin, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
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

fn poll(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: &Process,
    stop: &CancellationToken,
    runtime: &Handle,
) -> Result<(), Failed> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.offset.store", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        match consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Ok(record)) => {
                runtime.block_on(process(record.detach()))?;
                consumer.store_offset_from_message(&record)?;
            }
            Some(Err(error)) => eprintln!("the loop goes on after: {error}"),
        }
    }
    Ok(())
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
    let (bootstrap_servers, group, topic) = (bootstrap_servers.to_owned(), group.to_owned(), topic.to_owned());
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || poll(&bootstrap_servers, &group, &topic, &process, &stop, &runtime)).await?
}
