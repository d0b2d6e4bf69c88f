//! A task reads ahead into a channel, whose `recv_many` is cancel safe. The channel is bounded, so that the task does not read ahead for ever.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio::{
    sync::mpsc::{Receiver, channel},
    time::{Instant, timeout_at},
};

/// What batches are read from.
pub struct Source {
    records: Receiver<OwnedMessage>,
    batch: Vec<OwnedMessage>,
}

/// Subscribes to `topic` as a member of `group`, from the beginning.
pub fn open(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<Source> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    let (sender, records) = channel(100);
    tokio::spawn(async move {
        loop {
            match consumer.recv().await {
                Ok(record) if sender.send(record.detach()).await.is_err() => return,
                Ok(_) => {}
                Err(error) => eprintln!("the batch goes on after: {error}"),
            }
        }
    });
    Ok(Source { records, batch: Vec::new() })
}

/// The next records, `max` at most, or what has come when `wait` has passed since the call.
pub async fn next_batch(source: &mut Source, max: usize, wait: Duration) -> KafkaResult<Vec<OwnedMessage>> {
    let deadline = Instant::now() + wait;
    while source.batch.len() < max {
        let more = max - source.batch.len();
        let Ok(1..) = timeout_at(deadline, source.records.recv_many(&mut source.batch, more)).await else { break };
    }
    Ok(std::mem::take(&mut source.batch))
}
