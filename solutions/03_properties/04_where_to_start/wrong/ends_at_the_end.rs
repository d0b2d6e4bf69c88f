//! Takes the end of a partition, of which it is told like of an error, for the end of its work.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Hands out coupons. It may miss nothing that the log still holds: better a coupon twice than none.
pub async fn coupons(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    read("earliest", bootstrap_servers, group, topic, process, stop).await
}

/// Shows who has just signed up. What is old is of no interest on its screen.
pub async fn board(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    read("latest", bootstrap_servers, group, topic, process, stop).await
}

/// Keeps the accounts. It may neither miss a record nor count one twice, so where its place is not known it does not guess: it ends with
/// the consumer's error, and somebody looks into it.
pub async fn ledger(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    read("error", bootstrap_servers, group, topic, process, stop).await
}

/// Reads `topic` as a member of `group`, and calls `process` with each record, until `stop` is cancelled. A lost connection is no end.
/// Where the group has no place in a partition, `reset` says where to start.
async fn read(
    reset: &str,
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", reset)
        .set("enable.partition.eof", "true")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error @ KafkaError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset)) => return Err(error),
                Err(KafkaError::PartitionEOF(_)) => return Ok(()),
                Err(error) => eprintln!("{group} goes on after: {error}"),
            },
        }
    }
}
