//! Prints in the statistics callback of librdkafka, which comes while the member polls; nobody else has the consumer.

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

/// Prints what librdkafka's statistics say of the group.
struct Report;

impl ClientContext for Report {
    fn stats(&self, statistics: Statistics) {
        if let Some(group) = statistics.cgrp {
            println!("a member holds {} partitions", group.assignment_size);
        }
    }
}

impl ConsumerContext for Report {}

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
    let consumer: StreamConsumer<Report> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("client.id", client_id)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "500")
        .set("statistics.interval.ms", "1000")
        .create_with_context(Report)?;
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
