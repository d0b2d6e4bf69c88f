//! Leaves by unsubscribing, polls until its partitions are gone and once more, and keeps the consumer: it is no member any more.

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
    tokio::spawn(report(Arc::clone(&consumer)));
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
    consumer.unsubscribe();
    // LeaveGroup goes out once the revocation is served, which polling does: it is on its way when the partitions are gone.
    loop {
        let held = consumer.assignment()?.count();
        let _ = tokio::time::timeout(Duration::from_millis(100), consumer.recv()).await;
        if held == 0 {
            return Ok(());
        }
    }
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
