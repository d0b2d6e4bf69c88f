//! Waits two seconds in `poll`, twice as long as a stop may wait.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    consumer::{BaseConsumer, ConsumerContext},
    error::{KafkaError, KafkaResult},
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// How long a call of `poll` waits for a record.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Polls `consumer` until `stop` is cancelled, and calls `process` with each record that `poll` gives.
///
/// After `stop` is cancelled it finishes the record in hand, processes no other, and returns within a second. While no record comes it
/// calls `poll` at most a hundred times a second. An error is no reason to return, unless the consumer can never read again
/// (`KafkaError::MessageConsumptionFatal`).
pub fn poll_loop<C: ConsumerContext>(consumer: &BaseConsumer<C>, process: Process, stop: CancellationToken) -> KafkaResult<()> {
    while !stop.is_cancelled() {
        match consumer.poll(TIMEOUT) {
            // No record within the timeout, or `poll` has served a rebalance meanwhile.
            None => {}
            Some(Ok(record)) => process(&record),
            Some(Err(fatal @ KafkaError::MessageConsumptionFatal(_))) => return Err(fatal),
            // News: librdkafka mends it by itself.
            Some(Err(error)) => eprintln!("the loop goes on after: {error}"),
        }
    }
    Ok(())
}
