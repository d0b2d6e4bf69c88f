//! Another right answer: no batch is collected. It counts what was processed since the last commit.

use std::{error::Error, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, CommitMode, Consumer},
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// What is done with a record. Call it once for each record. It may fail.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) -> Result<(), Failed> + Send + Sync>;

/// How long `next_batch` waits for more.
const WAIT: Duration = Duration::from_millis(200);

/// Reads `topic` as a consumer of `group`, in batches of `max` records, and commits after each.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    max: usize,
    process: Process,
    stop: CancellationToken,
) -> Result<(), Failed> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut since = 0;
    loop {
        let polled = consumer.poll(WAIT);
        let is_quiet = polled.is_none();
        match polled {
            Some(Ok(record)) => {
                process(&record)?;
                since += 1;
            }
            Some(Err(error)) => eprintln!("goes on after: {error}"),
            None => {}
        }
        let ends = stop.is_cancelled();
        if since == max || (since > 0 && (is_quiet || ends)) {
            consumer.commit_consumer_state(CommitMode::Sync)?;
            since = 0;
        }
        if ends {
            return Ok(());
        }
    }
}
