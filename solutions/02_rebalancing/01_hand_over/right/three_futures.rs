//! Reading, printing and the stop as three futures of one task, which borrow the consumer: it has one owner.

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
    let reading = async {
        loop {
            match consumer.recv().await {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            }
        }
    };
    let printing = async {
        let mut every_second = tokio::time::interval(Duration::from_secs(1));
        loop {
            every_second.tick().await;
            if let Ok(held) = consumer.assignment() {
                println!("a member holds {} partitions", held.count());
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => Ok(()),
        () = reading => Ok(()),
        () = printing => Ok(()),
    }
}
