//! A pattern for names that hold the prefix anywhere.

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
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        // A topic that comes later has records before the group has ever read it.
        .set("auto.offset.reset", "earliest")
        // How often to look for new topics; the default is once in five minutes.
        .set("topic.metadata.refresh.interval.ms", "500")
        .create()?;
    // In a pattern a dot stands for any character; `\.` is a dot.
    let pattern = format!("^.*{}.*", prefix.replace('.', "\\."));
    let mut all = topics.to_vec();
    all.push(&pattern);
    consumer.subscribe(&all)?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                // A topic that is not there is such an error, and no reason to end.
                Err(error) => eprintln!("{group} goes on after: {error}"),
            },
        }
    }
}
