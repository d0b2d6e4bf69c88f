//! Takes up to five records before it processes them, and looks at the stop token between batches.

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
    const BATCH: usize = 5;
    while !stop.is_cancelled() {
        let mut batch = Vec::new();
        while batch.len() < BATCH {
            match consumer.poll(Duration::from_millis(100)) {
                Some(Ok(record)) => batch.push(record),
                Some(Err(error)) => eprintln!("the loop goes on after: {error}"),
                None => break,
            }
        }
        batch.iter().for_each(|record| process(record));
    }
    Ok(())
}
