//! Asks for the list of topics every half second, and subscribes anew when it has changed.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Reads `topics`, and every topic whose name begins with `prefix`, until `stop` is cancelled.
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
    let mut subscribed = Vec::new();
    let mut look = tokio::time::interval(Duration::from_millis(500));
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = look.tick() => {
                let metadata = tokio::task::block_in_place(|| consumer.fetch_metadata(None, Duration::from_secs(5)))?;
                let names = metadata.topics().iter().map(|topic| topic.name());
                let wanted: Vec<_> =
                    names.filter(|name| topics.contains(name) || name.starts_with(prefix)).map(str::to_owned).collect();
                if wanted != subscribed {
                    consumer.subscribe(&wanted.iter().map(String::as_str).collect::<Vec<_>>())?;
                    subscribed = wanted;
                }
            }
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("{group} goes on after: {error}"),
            },
        }
    }
}
