//! Another right answer: a `BaseConsumer` on a thread of its own.

use std::{error::Error, pin::Pin, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    message::OwnedMessage,
};
use tokio::{
    runtime::Handle,
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

fn poll(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: &Process,
    patience: Duration,
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
        let Some(received) = consumer.poll(Duration::from_millis(100)) else { continue };
        match received {
            Ok(record) => {
                let work = process(record.detach());
                let done = runtime.block_on(async {
                    tokio::select! {
                        done = work => Some(done),
                        () = async { stop.cancelled().await; sleep(patience).await } => None,
                    }
                });
                match done {
                    Some(done) => done?,
                    None => return Ok(()),
                }
                consumer.store_offset_from_message(&record)?;
            }
            Err(error) => eprintln!("the loop goes on after: {error}"),
        }
    }
    Ok(())
}

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
    let (bootstrap_servers, group, topic) = (bootstrap_servers.to_owned(), group.to_owned(), topic.to_owned());
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || poll(&bootstrap_servers, &group, &topic, &process, patience, &stop, &runtime)).await?
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
