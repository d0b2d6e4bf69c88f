//! A thread of its own waits for the stop, and raises a flag that the loop looks at.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

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
    let stopped = Arc::new(AtomicBool::new(false));
    let raised = stopped.clone();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers needs nothing");
        runtime.block_on(stop.cancelled());
        raised.store(true, Ordering::SeqCst);
    });
    while !stopped.load(Ordering::SeqCst) {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(record)) => process(&record),
            Some(Err(error)) => eprintln!("the loop goes on after: {error}"),
            None => {}
        }
    }
    Ok(())
}
