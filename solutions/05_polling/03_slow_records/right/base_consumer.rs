//! A `BaseConsumer` on a thread, which polls while another thread works.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. It blocks its thread until the record is processed. Call it once for each record.
pub type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// Reads `topic` as a consumer of `group`, and calls `process`, which may take long, with each record.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    longest: Duration,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "300")
        .set("session.timeout.ms", "2500")
        .set("max.poll.interval.ms", "2500")
        .create()?;
    consumer.subscribe(&[topic])?;
    let _ = longest;
    let polling = tokio::task::spawn_blocking(move || -> KafkaResult<()> {
        while !stop.is_cancelled() {
            match consumer.poll(Duration::from_millis(50)) {
                None => {}
                Some(Err(error)) => eprintln!("the consumer goes on after: {error}"),
                Some(Ok(record)) => work_aside(&consumer, &process, &record.detach())?,
            }
        }
        Ok(())
    });
    polling.await.unwrap_or_else(|end| std::panic::resume_unwind(end.into_panic()))
}

/// Processes on a thread of its own, and polls where that takes long.
fn work_aside(consumer: &BaseConsumer, process: &Process, record: &OwnedMessage) -> KafkaResult<()> {
    thread::scope(|scope| {
        let (done, is_done) = mpsc::channel();
        scope.spawn(move || {
            process(record);
            let _ = done.send(());
        });
        if is_done.recv_timeout(Duration::from_millis(500)).is_ok() {
            return Ok(());
        }
        let held = consumer.assignment()?;
        consumer.pause(&held)?;
        while is_done.try_recv() == Err(mpsc::TryRecvError::Empty) {
            // Paused, it gives no record.
            let _ = consumer.poll(Duration::from_millis(50));
        }
        consumer.resume(&held)
    })
}
