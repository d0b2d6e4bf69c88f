//! Its context knows the consumer, and the consumer its context: each keeps the other alive.

use std::{
    error::Error,
    sync::{Arc, OnceLock},
    time::Duration,
};

use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance},
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// What is done with a record. Call it once for each record. It may fail, and it may panic.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) -> Result<(), Failed> + Send + Sync>;

/// Reads `topic` as a consumer of `group`, and closes at each of its ends.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> Result<(), Failed> {
    let consumer: BaseConsumer<Watch> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "300")
        .create_with_context(Watch::default())?;
    let consumer = Arc::new(consumer);
    let _ = consumer.context().consumer.set(consumer.clone());
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        match consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Err(error)) => eprintln!("goes on after: {error}"),
            Some(Ok(record)) => process(&record)?,
        }
    }
    Ok(())
}

/// Commits before the partitions are taken away.
#[derive(Default)]
struct Watch {
    consumer: OnceLock<Arc<BaseConsumer<Watch>>>,
}

impl ClientContext for Watch {}

impl ConsumerContext for Watch {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let (Rebalance::Revoke(_), Some(consumer)) = (rebalance, self.consumer.get()) {
            // Nothing new to commit is an error as well, and none that matters.
            let _ = consumer.commit_consumer_state(CommitMode::Sync);
        }
    }
}
