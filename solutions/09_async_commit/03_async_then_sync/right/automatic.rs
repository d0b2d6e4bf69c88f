//! Another right answer: the client's own commits of what is stored. It commits from a timer on the way, before it gives a partition back, and when it is
//! closed; and nothing of what is lost.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Reads `topic`, which has two partitions, as one of the consumers of `group`, from where the group has got to, else from the beginning. It
/// calls `process` with each record.
///
/// - On the way it commits whenever ten more records of a partition are processed. No record waits for such a commit.
/// - When a partition is taken back, what is processed of it is committed before the next owner begins.
/// - Partitions that are lost already are not committed any more, and partitions that were given away are not committed later on.
/// - When `stop` is cancelled it returns. By then all that is processed of its partitions is committed, and the broker has said so.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("auto.commit.interval.ms", "200")
        .set("enable.auto.offset.store", "false")
        .set("heartbeat.interval.ms", "300")
        .create()?;
    consumer.subscribe(&[topic])?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let Ok(record) = record else { continue };
        process(&record);
        if let Err(error) = consumer.store_offset_from_message(&record) {
            eprintln!("no longer ours: {error}");
        }
    }
    Ok(())
}
