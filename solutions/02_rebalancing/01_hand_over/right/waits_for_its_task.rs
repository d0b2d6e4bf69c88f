//! Ends the task that reports, waits for its end, and drops the consumer where blocking is no harm.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
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
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("client.id", client_id)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "500")
        .create()?;
    consumer.subscribe(&[topic])?;
    let consumer = Arc::new(consumer);
    let reports = tokio::spawn(report(Arc::clone(&consumer)));
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
    reports.abort();
    let _ = reports.await;
    tokio::task::spawn_blocking(move || drop(consumer)).await.expect("a drop does not panic");
    Ok(())
}

/// Prints every second how many partitions the member holds.
async fn report(consumer: Arc<StreamConsumer>) {
    let mut every_second = tokio::time::interval(Duration::from_secs(1));
    loop {
        every_second.tick().await;
        if let Ok(held) = consumer.assignment() {
            println!("a member holds {} partitions", held.count());
        }
    }
}
