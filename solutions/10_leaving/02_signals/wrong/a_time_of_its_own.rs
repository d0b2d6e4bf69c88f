//! Waits for three seconds, whatever `patience` says.

use std::{error::Error, pin::Pin, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
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

/// How long the work may go on after the signal.
const THREE_SECONDS: Duration = Duration::from_secs(3);

/// The program: reads `topic` from its beginning, as a consumer of `group`, and awaits `process` for each record, until SIGINT or SIGTERM
/// comes. `main` returns what this function returns, so `Ok` is exit code 0.
///
/// After the signal it takes no other record. The work in hand may go on for `patience`; then it is abandoned, and the record counts as
/// not done. What is done is committed, the consumer leaves the group, and the function returns `Ok`. Where the work fails, it returns
/// that error.
pub async fn run(bootstrap_servers: &str, group: &str, topic: &str, process: Process, _patience: Duration) -> Result<(), Failed> {
    let stop = stopped_by_signals()?;
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        // Closing commits what is stored: with this, what was worked on, and nothing that was only handed over.
        .set("enable.auto.offset.store", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        let received = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            received = consumer.recv() => received,
        };
        match received {
            Ok(record) => {
                let out_of_patience = async {
                    stop.cancelled().await;
                    sleep(THREE_SECONDS).await;
                };
                tokio::select! {
                    biased;
                    done = process(record.detach()) => done?,
                    // Abandoned: its offset is not stored, so it comes again.
                    () = out_of_patience => return Ok(()),
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

/// A token that SIGINT or SIGTERM cancels. From here on neither of them ends the process by itself.
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
