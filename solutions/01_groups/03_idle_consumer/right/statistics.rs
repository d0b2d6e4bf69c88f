//! Tells it from the statistics of librdkafka, which come while the member polls.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, ClientContext, Statistics,
    consumer::{Consumer, ConsumerContext, StreamConsumer},
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

/// Tells `idle` what librdkafka's statistics say of the group.
struct Watch {
    idle: Idle,
}

impl ClientContext for Watch {
    fn stats(&self, statistics: Statistics) {
        // In the middle of a rebalance the member holds nothing, and that says nothing.
        if let Some(group) = statistics.cgrp.filter(|group| group.join_state == "steady") {
            (self.idle)(group.assignment_size == 0);
        }
    }
}

impl ConsumerContext for Watch {}

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
        .set("statistics.interval.ms", "200")
        .create_with_context(Watch { idle })?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
}
