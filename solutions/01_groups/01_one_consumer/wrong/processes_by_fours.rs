//! Collects four records and processes them together: the odd one waits for others to come.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Joins `group`, reads `topic` from its beginning, calls `process` with each of the first `n` records as it comes, and
/// returns.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;

    let mut read = 0;
    let mut batch = Vec::new();
    while read < n {
        match consumer.recv().await {
            Ok(record) => {
                read += 1;
                batch.push(record);
                if batch.len() == 4 || read == n {
                    batch.drain(..).for_each(|record| process(&record));
                }
            }
            Err(error) => eprintln!("{group} goes on after: {error}"),
        }
    }
    Ok(())
}
