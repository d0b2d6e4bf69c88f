//! Looks at the stop token once a record.

use std::sync::Arc;

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
    for record in consumer {
        match record {
            Ok(record) => process(&record),
            Err(error) => eprintln!("the loop goes on after: {error}"),
        }
        if stop.is_cancelled() {
            break;
        }
    }
    Ok(())
}
