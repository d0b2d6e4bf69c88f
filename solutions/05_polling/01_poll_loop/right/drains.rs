//! Takes all that is there, then waits.

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
        let mut polled = consumer.poll(Duration::from_millis(200));
        while let Some(record) = polled {
            match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("the loop goes on after: {error}"),
            }
            polled = if stop.is_cancelled() { None } else { consumer.poll(Duration::ZERO) };
        }
    }
    Ok(())
}
