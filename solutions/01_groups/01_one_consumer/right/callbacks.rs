//! A context of its own, which says what the group gives and takes; and a slow start on a blocked thread.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

struct Says;

impl ClientContext for Says {}

impl ConsumerContext for Says {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        eprintln!("before: {rebalance:?}");
    }

    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        eprintln!("after: {rebalance:?}");
    }
}

/// Joins `group`, reads `topic` from its beginning, calls `process` with each of the first `n` records as it comes, and
/// returns.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    let consumer: StreamConsumer<Says> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create_with_context(Says)?;
    consumer.subscribe(&[topic])?;
    std::thread::sleep(Duration::from_secs(1));

    let mut read = 0;
    while read < n {
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
