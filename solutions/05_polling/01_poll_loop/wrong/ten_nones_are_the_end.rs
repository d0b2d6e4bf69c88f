//! Takes ten Nones in a row for the end of the topic.

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
    let mut idle = 0;
    while !stop.is_cancelled() && idle < 10 {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(record)) => {
                idle = 0;
                process(&record);
            }
            Some(Err(error)) => eprintln!("the loop goes on after: {error}"),
            None => idle += 1,
        }
    }
    Ok(())
}
