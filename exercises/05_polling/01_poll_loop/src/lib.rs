//! The poll loop: for ever, until it is told to stop.
//!
//! The consumer is made and has subscribed; it waits for somebody to poll it. Write the loop. Check it with `cargo workbook check 5.1`, or
//! with `cargo test` in this folder. Edit this file only.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    consumer::{BaseConsumer, ConsumerContext},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Polls `consumer` until `stop` is cancelled, and calls `process` with each record that `poll` gives.
///
/// After `stop` is cancelled it finishes the record in hand, processes no other, and returns within a second. While no record comes it
/// calls `poll` at most a hundred times a second. An error is no reason to return, unless the consumer can never read again
/// (`KafkaError::MessageConsumptionFatal`).
pub fn poll_loop<C: ConsumerContext>(consumer: &BaseConsumer<C>, process: Process, stop: CancellationToken) -> KafkaResult<()> {
    // TODO: when does this loop end, and when should it?
    while let Some(record) = consumer.poll(Duration::from_millis(100)) {
        process(&record?);
    }
    let _ = stop;
    Ok(())
}
