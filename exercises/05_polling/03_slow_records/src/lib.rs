//! Records that take longer than the group waits.
//!
//! Some customers take seconds to process, and the client wants to be polled every two and a half. The consumer below processes in its
//! poll loop, and so it leaves its group in the middle of a slow record. Mend it. Check it with `cargo workbook check 5.3`, or with
//! `cargo test` in this folder. Edit this file only.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. It blocks its thread until the record is processed. Call it once for each record.
pub type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// Reads `topic` from its beginning, as a consumer of `group`, until `stop` is cancelled, and calls `process` with each record. No record
/// takes longer than `longest`.
///
/// However long a record takes, the consumer stays in its group and each record is processed once; those of one partition one after the
/// other, in their order.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    longest: Duration,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "300")
        .set("session.timeout.ms", "2500")
        // Who does not poll for so long is taken for stuck, and leaves the group.
        .set("max.poll.interval.ms", "2500")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                // TODO: nobody polls while `process` works. It takes up to `longest`.
                Ok(record) => process(&record.detach()),
                Err(error) => eprintln!("the consumer goes on after: {error}"),
            },
        }
        let _ = longest;
    }
}
