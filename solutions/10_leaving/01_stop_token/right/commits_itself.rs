//! Another right answer: commits by itself every ten records, and once more before it leaves.

use std::{error::Error, pin::Pin, sync::Arc};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    message::OwnedMessage,
};
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// The work on one record. It is done when the future is; a future that is dropped before leaves it half done.
pub type Work = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send>>;

/// Begins the work on a record. Call it once for each record.
pub type Process = Arc<dyn Fn(OwnedMessage) -> Work + Send + Sync>;

/// Reads `topic` from its beginning, as a consumer of `group`, and awaits `process` for each record, until `stop` is cancelled or the work
/// fails.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> Result<(), Failed> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut done = TopicPartitionList::new();
    let ended = loop {
        let received = tokio::select! {
            () = stop.cancelled() => break Ok(()),
            received = consumer.recv() => received,
        };
        match received {
            Ok(record) => {
                if let Err(failed) = process(record.detach()).await {
                    break Err(failed);
                }
                let (topic, partition, next) = (record.topic(), record.partition(), Offset::Offset(record.offset() + 1));
                match done.find_partition(topic, partition) {
                    Some(mut known) => known.set_offset(next)?,
                    None => done.add_partition_offset(topic, partition, next)?,
                }
                if record.offset() % 10 == 9 {
                    consumer.commit(&done, CommitMode::Async)?;
                }
            }
            Err(error) => eprintln!("the loop goes on after: {error}"),
        }
    };
    if done.count() > 0 {
        consumer.commit(&done, CommitMode::Sync)?;
    }
    ended
}
