//! Two members of the group: one subscribes to the names, one to the pattern.

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

/// Reads `topics`, and every topic whose name begins with `prefix`, from their beginning, and calls `process` with each record, until
/// `stop` is cancelled. A topic that is created meanwhile is read two seconds later at the latest; one of `topics` may not be there yet.
/// Names of topics consist of letters, digits, `.`, `_` and `-`.
pub async fn read(
    bootstrap_servers: &str,
    group: &str,
    topics: &[&str],
    prefix: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let member = |subscription: &[&str]| -> KafkaResult<StreamConsumer> {
        let consumer: StreamConsumer = ClientConfig::new()
            .set("bootstrap.servers", bootstrap_servers)
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .set("topic.metadata.refresh.interval.ms", "1000")
            .create()?;
        consumer.subscribe(subscription)?;
        Ok(consumer)
    };
    let by_name = member(topics)?;
    let by_pattern = member(&[&format!("^{}", prefix.replace('.', "\\."))])?;
    loop {
        let record = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = by_name.recv() => record,
            record = by_pattern.recv() => record,
        };
        match record {
            Ok(record) => process(&record),
            Err(error) => eprintln!("{group} goes on after: {error}"),
        }
    }
}
