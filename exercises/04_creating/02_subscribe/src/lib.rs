//! Topics by name and by pattern: the ones that are there, and the ones that come later.
//!
//! Every shop writes its sales to a topic of its own: `shop.seoul`, `shop.busan`, and one more for each shop that opens. Group G1 reads all
//! of them, and two topics by name. Check it with `cargo workbook check 4.2`, or with `cargo test` in this folder. Edit this file only.

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
        .set("auto.offset.reset", "earliest")
        .create()?;
    // TODO: 1 the topics that begin with `prefix`   2 those that are created later
    let _ = prefix;
    consumer.subscribe(topics)?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("{group} goes on after: {error}"),
            },
        }
    }
}
