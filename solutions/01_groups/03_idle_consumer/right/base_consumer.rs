//! A `BaseConsumer`, polled on a thread for blocking work; every default of the group kept.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance},
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
    let consumer: BaseConsumer<Watch> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create_with_context(Watch { idle })?;
    consumer.subscribe(&[topic])?;
    tokio::task::spawn_blocking(move || {
        while !stop.is_cancelled() {
            match consumer.poll(Duration::from_millis(100)) {
                Some(Ok(record)) => process(&record),
                Some(Err(error)) => eprintln!("a member goes on after: {error}"),
                None => {}
            }
        }
    })
    .await
    .unwrap_or_else(|end| std::panic::resume_unwind(end.into_panic()));
    Ok(())
}

/// Tells `idle` what each rebalance has brought.
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
