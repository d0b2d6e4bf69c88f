//! A `BaseConsumer` on a thread of its own, polled.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Joins `group`, reads `topic` from its beginning, calls `process` with each of the first `n` records as it comes, and
/// returns.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "smallest")
        .create()?;
    consumer.subscribe(&[topic])?;

    let polling = tokio::task::spawn_blocking(move || {
        let mut read = 0;
        while read < n {
            match consumer.poll(Duration::from_millis(100)) {
                Some(Ok(record)) => {
                    process(&record);
                    read += 1;
                }
                Some(Err(error)) => eprintln!("goes on after: {error}"),
                None => {}
            }
        }
    });
    polling.await.expect("process does not panic");
    Ok(())
}
