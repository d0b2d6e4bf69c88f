//! A `BaseConsumer`, polled and dropped on a thread for blocking work.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Runs one member of `group` until `stop` is cancelled. When this returns, the member has left the group.
pub async fn member(
    bootstrap_servers: &str,
    group: &str,
    client_id: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("client.id", client_id)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    let reading = tokio::task::spawn_blocking(move || {
        let mut printed = Instant::now();
        while !stop.is_cancelled() {
            if printed.elapsed() >= Duration::from_secs(1) {
                printed = Instant::now();
                println!("a member holds {} partitions", consumer.assignment().map_or(0, |held| held.count()));
            }
            match consumer.poll(Duration::from_millis(100)) {
                Some(Ok(record)) => process(&record),
                Some(Err(error)) => eprintln!("a member goes on after: {error}"),
                None => {}
            }
        }
    });
    reading.await.unwrap_or_else(|end| std::panic::resume_unwind(end.into_panic()));
    Ok(())
}
