//! Takes the stop for an error, as the Java client's `wakeup` does.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::{KafkaError, KafkaResult},
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

/// Tells `idle` what the group has given.
struct Watch {
    idle: Idle,
}

impl ClientContext for Watch {}

impl ConsumerContext for Watch {
    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let (Rebalance::Assign(_), Ok(held)) = (rebalance, consumer.assignment()) {
            (self.idle)(held.count() == 0);
        }
    }
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
    let consumer: StreamConsumer<Watch> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "500")
        .create_with_context(Watch { idle })?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Err(KafkaError::Canceled),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
}
