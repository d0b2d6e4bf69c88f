//! A consumer closes, whatever happens.

use std::{error::Error, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// What is done with a record. Call it once for each record. It may fail, and it may panic.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) -> Result<(), Failed> + Send + Sync>;

/// Reads `topic` from its beginning, as a consumer of `group`, and calls `process` with each record. It ends in one of three ways:
///
/// - `stop` is cancelled: it returns `Ok`.
/// - `process` fails: it returns that error.
/// - `process` panics: the panic goes on to the caller.
///
/// In each of them the consumer has left the group by then.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> Result<(), Failed> {
    // This function owns the consumer, so each of its ends drops it. Dropping closes it: commit, LeaveGroup, and only then the function
    // is over. It holds for `?` and for a panic as well. Records live shorter than the consumer: inside the loop.
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        // The others hear that one has left at their next heartbeat; the default is one in 3 s.
        .set("heartbeat.interval.ms", "300")
        .create()?;
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        match consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Err(error)) => eprintln!("goes on after: {error}"),
            Some(Ok(record)) => process(&record)?,
        }
    }
    Ok(())
}
