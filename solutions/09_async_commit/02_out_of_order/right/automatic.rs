//! Another right answer: the client's own timer, which commits what is stored. What was refused is part of the next commit.

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

/// Reads `topic`, which has two partitions, from its beginning, as a consumer of `group`. It calls `process` with each record, and commits
/// whenever ten more records of a partition are processed.
///
/// - A commit names what is processed, and no more.
/// - A commit that is refused is made good: by another try, by the next commit, or by the last one.
/// - Whatever is refused or late, the committed offset of a partition never goes back.
/// - When `stop` is cancelled it returns; all that is processed is committed by then.
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
        .set("auto.commit.interval.ms", "100")
        .set("enable.auto.offset.store", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let Ok(record) = record else { continue };
        process(&record);
        if let Err(error) = consumer.store_offset_from_message(&record) {
            eprintln!("not stored: {error}");
        }
    }
    Ok(())
}
