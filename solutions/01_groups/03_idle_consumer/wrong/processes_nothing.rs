//! Members that take the records and process none of them.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::KafkaResult,
    message::{BorrowedMessage, Message},
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Call it with `true` when the group has given the member no partition, with `false` when it has given it some. It may be called
/// again with what it was told before.
pub type Idle = Arc<dyn Fn(bool) + Send + Sync>;

/// How many members of one group are useful: enough to process `arrivals_per_second` records a second where one member processes
/// `per_member` a second, but none that would idle on a topic of `partitions` partitions. At least one, so that the topic is read.
pub fn useful_members(partitions: u32, arrivals_per_second: f64, per_member: f64) -> u32 {
    let needed = (arrivals_per_second / per_member).ceil() as u32;
    needed.min(partitions).max(1)
}

/// Runs one member of `group` until `stop` is cancelled: reads `topic` from its beginning, calls `process` with each record, and tells
/// `idle` whether it has partitions. A member without partitions stays, ready to take over. It has left the group when this returns.
pub async fn member(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    _process: Process,
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
            () = stop.cancelled() => return Ok(()),
            // Without partitions this waits, and keeps the member in the group meanwhile.
            record = consumer.recv() => match record {
                Ok(record) => println!("{} bytes", record.payload().map_or(0, <[u8]>::len)),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
}

/// Tells `idle` what each rebalance has brought.
struct Watch {
    idle: Idle,
}

impl ClientContext for Watch {}

impl ConsumerContext for Watch {
    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        // Every rebalance ends with an assignment. It holds what is new; what the member has now, the consumer knows.
        if let (Rebalance::Assign(_), Ok(held)) = (rebalance, consumer.assignment()) {
            (self.idle)(held.count() == 0);
        }
    }
}
