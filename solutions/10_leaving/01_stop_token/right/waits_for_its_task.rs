//! Another right answer: a task reads until it hears the stop itself, and is waited for.

use std::{error::Error, pin::Pin, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, StreamConsumer},
    message::OwnedMessage,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// The work on one record. It is done when the future is; a future that is dropped before leaves it half done.
pub type Work = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send>>;

/// Begins the work on a record. Call it once for each record.
pub type Process = Arc<dyn Fn(OwnedMessage) -> Work + Send + Sync>;

async fn read(
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
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        // Not a race, but a look at the token five times a second.
        match timeout(Duration::from_millis(200), consumer.recv()).await {
            Err(_nothing_came) => {}
            Ok(Ok(record)) => {
                process(record.detach()).await?;
                consumer.commit_message(&record, CommitMode::Sync)?;
            }
            Ok(Err(error)) => eprintln!("the loop goes on after: {error}"),
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
    tokio::spawn(async move { read(&bootstrap_servers, &group, &topic, process, stop).await }).await?
}
