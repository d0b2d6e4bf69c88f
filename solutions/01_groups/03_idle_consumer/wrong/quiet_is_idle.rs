//! Takes a quiet moment for idling.

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

/// Told `true` when the group has given the member no partition, `false` when it has given it some.
pub type Idle = Arc<dyn Fn(bool) + Send + Sync>;

/// How many members of one group are useful.
pub fn useful_members(partitions: u32, arrivals_per_second: f64, per_member: f64) -> u32 {
    let needed = (arrivals_per_second / per_member).ceil() as u32;
    needed.min(partitions).max(1)
}

/// Runs one member of `group` until `stop` is cancelled, and tells `idle` whether it has partitions.
pub async fn member(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    idle: Idle,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = tokio::time::timeout(Duration::from_millis(200), consumer.recv()) => match record {
                Err(_quiet) => idle(true),
                Ok(Ok(record)) => {
                    idle(false);
                    process(&record);
                }
                Ok(Err(error)) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
}

