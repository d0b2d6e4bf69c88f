//! Leaves the broker five seconds to recover from an error.

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
    while !stop.is_cancelled() {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(record)) => process(&record),
            Some(Err(error)) => {
                eprintln!("the loop goes on in five seconds after: {error}");
                std::thread::sleep(Duration::from_secs(5));
            }
            None => {}
        }
    }
    Ok(())
}
