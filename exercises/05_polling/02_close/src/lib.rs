//! A consumer closes, whatever happens.
//!
//! Four consumers of COUNTRY_GROUP share topic `customers`. One of them is asked to stop, one meets an error in `process`, one a panic; the fourth takes over
//! what they held. The code below reads all right, and its consumer never closes. Mend it. Check it with `cargo workbook check 5.2`, or
//! with `cargo test` in this folder. Edit this file only.

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
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        // The others hear that one has left at their next heartbeat; the default is one in 3 s.
        .set("heartbeat.interval.ms", "300")
        .create()?;
    // One consumer for the whole life of the program, so it may be leaked.
    // TODO: for which of the three ends is that true? Who tells the group?
    let consumer: &'static BaseConsumer = Box::leak(Box::new(consumer));
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        match consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Err(error)) => eprintln!("goes on after: {error}"),
            Some(Ok(record)) => {
                if let Err(failed) = process(&record) {
                    eprintln!("cannot go on: {failed}");
                    // TODO: who closes the consumer here?
                    std::process::exit(1);
                }
            }
        }
    }
    Ok(())
}
