//! The group protocol of KIP-848: the client watches `max.poll.interval.ms` all the same.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What is done with a record. It blocks its thread until the record is processed. Call it once for each record.
pub type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// Most records are done so soon, well before a poll is due. Pausing costs: what was fetched ahead is fetched again.
const SOON: Duration = Duration::from_millis(500);

/// Reads `topic` as a consumer of `group`, and calls `process`, which may take long, with each record.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    longest: Duration,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("group.protocol", "consumer")
        .set("max.poll.interval.ms", "2500")
        .create()?;
    consumer.subscribe(&[topic])?;
    let _ = longest;
    // Read, but not yet processed.
    let mut waiting = VecDeque::new();
    while !stop.is_cancelled() {
        let Some(record) = waiting.pop_front() else {
            tokio::select! {
                () = stop.cancelled() => {}
                record = consumer.recv() => match record {
                    Ok(record) => waiting.push_back(record.detach()),
                    Err(error) => eprintln!("the consumer goes on after: {error}"),
                },
            }
            continue;
        };
        let process = process.clone();
        let work = tokio::task::spawn_blocking(move || process(&record));
        poll_meanwhile(&consumer, work, &mut waiting).await?;
    }
    Ok(())
}

/// Waits until `work` is done. Where it is not done soon, the consumer is polled meanwhile, and reads nothing: all its partitions are paused.
/// A record that comes all the same, of a partition that is new after a rebalance, goes to `waiting`.
async fn poll_meanwhile(
    consumer: &StreamConsumer,
    mut work: JoinHandle<()>,
    waiting: &mut VecDeque<OwnedMessage>,
) -> KafkaResult<()> {
    if let Ok(done) = tokio::time::timeout(SOON, &mut work).await {
        done.unwrap_or_else(|end| std::panic::resume_unwind(end.into_panic()));
        return Ok(());
    }
    consumer.pause(&consumer.assignment()?)?;
    loop {
        tokio::select! {
            done = &mut work => {
                done.unwrap_or_else(|end| std::panic::resume_unwind(end.into_panic()));
                return consumer.resume(&consumer.assignment()?);
            }
            record = consumer.recv() => match record {
                Ok(record) => {
                    waiting.push_back(record.detach());
                    consumer.pause(&consumer.assignment()?)?;
                }
                Err(error) => eprintln!("the consumer goes on after: {error}"),
            },
        }
    }
}
