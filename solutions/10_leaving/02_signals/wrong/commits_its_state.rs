//! Commits its state when it leaves: what was handed over, the abandoned record included.

use std::{error::Error, pin::Pin, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, StreamConsumer},
    message::OwnedMessage,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

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
    let stop = stopped_by_signals()?;
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        let received = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            received = consumer.recv() => received,
        };
        match received {
            Ok(record) => {
                tokio::select! {
                    biased;
                    done = process(record.detach()) => done?,
                    () = async { stop.cancelled().await; sleep(patience).await } => break,
                }
            }
            Err(error) => eprintln!("the loop goes on after: {error}"),
        }
    }
    consumer.commit_consumer_state(CommitMode::Sync)?;
    Ok(())
}

/// A token that SIGINT or SIGTERM cancels.
fn stopped_by_signals() -> Result<CancellationToken, Failed> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = CancellationToken::new();
    let cancels = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        cancels.cancel();
    });
    Ok(stop)
}
