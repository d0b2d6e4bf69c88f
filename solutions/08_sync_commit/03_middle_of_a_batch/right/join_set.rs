//! Another right answer: a `StreamConsumer`, and tasks of a runtime as workers.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::OwnedMessage,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record. It takes its time, one record more than another.
pub type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// Reads `topic` as a consumer of `group` with some workers, and commits after every `every` records.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    workers: usize,
    every: usize,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _inside = runtime.enter();
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        let mut partitions: HashMap<(String, i32), Begun> = HashMap::new();
        let mut since = 0;
        loop {
            tokio::select! {
                record = consumer.recv(), if tasks.len() < workers && !stop.is_cancelled() => match record {
                    Ok(record) => {
                        let record = record.detach();
                        partitions.entry((record.topic().to_owned(), record.partition())).or_default().begins(record.offset());
                        let process = process.clone();
                        tasks.spawn_blocking(move || {
                            process(&record);
                            record
                        });
                    }
                    Err(error) => eprintln!("goes on after: {error}"),
                },
                Some(Ok(record)) = tasks.join_next() => {
                    since += 1;
                    if let Some(begun) = partitions.get_mut(&(record.topic().to_owned(), record.partition())) {
                        begun.is_done(record.offset());
                    }
                }
                () = stop.cancelled(), if tasks.is_empty() => {}
            }
            let ends = stop.is_cancelled() && tasks.is_empty();
            if since >= every || (ends && since > 0) {
                since = 0;
                let mut list = TopicPartitionList::new();
                for ((topic, partition), begun) in &mut partitions {
                    if let Some(next) = begun.done_so_far() {
                        list.add_partition_offset(topic, *partition, Offset::Offset(next))?;
                    }
                }
                if list.count() > 0
                    && let Err(refused) = consumer.commit(&list, CommitMode::Sync)
                {
                    eprintln!("goes on after: {refused}");
                }
            }
            if ends {
                return Ok(());
            }
        }
    })
}

/// The records of one partition that were begun, in the order of their offsets, and whether each is done. What is done as far as there is no gap is
/// taken out.
#[derive(Default)]
struct Begun(BTreeMap<i64, bool>);

impl Begun {
    fn begins(&mut self, offset: i64) {
        self.0.insert(offset, false);
    }

    fn is_done(&mut self, offset: i64) {
        if let Some(done) = self.0.get_mut(&offset) {
            *done = true;
        }
    }

    /// The next offset after the records that are done without a gap; none where there is nothing new.
    fn done_so_far(&mut self) -> Option<i64> {
        let mut next = None;
        while let Some(first) = self.0.first_entry().filter(|first| *first.get()) {
            next = Some(first.remove_entry().0 + 1);
        }
        next
    }
}
