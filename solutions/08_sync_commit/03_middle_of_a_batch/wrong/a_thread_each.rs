//! Starts a thread for each record, as many as come.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record. It takes its time, one record more than another.
pub type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// How long the loop waits for anything.
const A_MOMENT: Duration = Duration::from_millis(10);

/// Reads `topic` as a consumer of `group`, and calls `process` for up to `workers` records at the same time.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    _workers: usize,
    every: usize,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let (finished, done) = mpsc::channel();
    let (mut in_work, mut since) = (0, 0);
    let mut open: HashMap<i32, BTreeSet<i64>> = HashMap::new();
    let mut last: HashMap<i32, i64> = HashMap::new();
    loop {
        let is_full = stop.is_cancelled();
        match if is_full { None } else { consumer.poll(A_MOMENT) } {
            Some(Ok(record)) => {
                open.entry(record.partition()).or_default().insert(record.offset());
                last.insert(record.partition(), record.offset() + 1);
                let (record, finished, process) = (record.detach(), finished.clone(), process.clone());
                thread::spawn(move || {
                    process(&record);
                    let _ = finished.send((record.partition(), record.offset()));
                });
                in_work += 1;
            }
            Some(Err(error)) => eprintln!("goes on after: {error}"),
            None => {}
        }
        if let Ok((partition, offset)) = done.recv_timeout(if is_full { A_MOMENT } else { Duration::ZERO }) {
            in_work -= 1;
            since += 1;
            open.entry(partition).or_default().remove(&offset);
        }
        let ends = stop.is_cancelled() && in_work == 0;
        if since >= every || (ends && since > 0) {
            since = 0;
            let mut list = TopicPartitionList::new();
            for (partition, open) in &open {
                let next = open.first().copied().unwrap_or(last[partition]);
                list.add_partition_offset(topic, *partition, Offset::Offset(next))?;
            }
            if let Err(refused) = consumer.commit(&list, CommitMode::Sync) {
                eprintln!("goes on after: {refused}");
            }
        }
        if ends {
            return Ok(());
        }
    }
}
