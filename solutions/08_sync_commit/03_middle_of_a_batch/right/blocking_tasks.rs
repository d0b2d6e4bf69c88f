//! Another right answer: blocking tasks of a runtime, and offsets that are stored as far as all is done.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::{KafkaError, KafkaResult},
    message::OwnedMessage,
};
use tokio::{
    runtime::Builder,
    task::{JoinSet, spawn_blocking},
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record. It takes its time, one record more than another.
pub type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// Reads `topic` as a consumer of `group`, and calls `process` for up to `workers` records at the same time.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    workers: usize,
    every: usize,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(workers + 2)
        .enable_all()
        .build()
        .map_err(|_| KafkaError::Canceled)?;
    runtime.block_on(async {
        let consumer: StreamConsumer = ClientConfig::new()
            .set("bootstrap.servers", bootstrap_servers)
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .create()?;
        consumer.subscribe(&[topic])?;
        let consumer = Arc::new(consumer);
        let mut tasks = JoinSet::new();
        let mut open: HashMap<i32, VecDeque<(i64, bool)>> = HashMap::new();
        let mut since = 0;
        loop {
            tokio::select! {
                record = consumer.recv(), if tasks.len() < workers && !stop.is_cancelled() => {
                    let Ok(record) = record else { continue };
                    open.entry(record.partition()).or_default().push_back((record.offset(), false));
                    let (record, process) = (record.detach(), process.clone());
                    tasks.spawn_blocking(move || { process(&record); record });
                }
                Some(Ok(record)) = tasks.join_next(), if !tasks.is_empty() => {
                    since += 1;
                    let queue = open.entry(record.partition()).or_default();
                    if let Some(entry) = queue.iter_mut().find(|entry| entry.0 == record.offset()) {
                        entry.1 = true;
                    }
                    let mut next = None;
                    while let Some((offset, true)) = queue.front().copied() {
                        next = Some(offset + 1);
                        queue.pop_front();
                    }
                    if let Some(next) = next {
                        let mut list = TopicPartitionList::new();
                        list.add_partition_offset(topic, record.partition(), Offset::Offset(next))?;
                        consumer.store_offsets(&list)?;
                    }
                }
                () = stop.cancelled(), if tasks.is_empty() => {}
            }
            let ends = stop.is_cancelled() && tasks.is_empty();
            if since >= every || (ends && since > 0) {
                since = 0;
                let committer = consumer.clone();
                let _ = spawn_blocking(move || committer.commit_consumer_state(CommitMode::Sync)).await;
            }
            if ends {
                return Ok(());
            }
        }
    })
}
