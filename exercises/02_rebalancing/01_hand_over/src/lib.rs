//! A member leaves its group, and its partitions move at once.
//!
//! Topic T1 holds sign-ups in four partitions. Two programs run your `member` in group G1, one each. Then one of them is asked to stop.
//! All of the code below works, but for its end. Keep the print-out. Check it with `cargo workbook check 2.1`, or with `cargo test` in
//! this folder. Edit this file only.

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

/// Runs one member of `group` until `stop` is cancelled: reads `topic` from its beginning and calls `process` with each record. Its name
/// in the broker's logs is `client_id`. When this returns, the member has left the group. The program goes on with other things.
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
            // TODO: `member` returns here. Why does the consumer stay in the group?
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
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
