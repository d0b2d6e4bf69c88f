//! Gives up when an error comes a second time.

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
pub fn poll_loop<C: ConsumerContext>(consumer: &BaseConsumer<C>, process: Process, stop: CancellationToken) -> KafkaResult<()> {
    let mut failed_before = false;
    while !stop.is_cancelled() {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(record)) => process(&record),
            Some(Err(error)) if failed_before => return Err(error),
            Some(Err(error)) => {
                eprintln!("the loop tries it once more after: {error}");
                failed_before = true;
            }
            None => {}
        }
    }
    Ok(())
}
