//! Another right answer: a worker for each partition, so that its records are done in their order.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, mpsc},
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
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let (mut in_work, mut since) = (0, 0);
    let mut lanes: HashMap<i32, Workers> = HashMap::new();
    let mut next: HashMap<(String, i32), i64> = HashMap::new();
    loop {
        match if in_work == LANES * workers || stop.is_cancelled() { None } else { consumer.poll(A_MOMENT) } {
            Some(Ok(record)) => {
                let lane = lanes.entry(record.partition()).or_insert_with(|| Workers::start(1, &process));
                let _ = lane.give.send(record.detach());
                in_work += 1;
            }
            Some(Err(error)) => eprintln!("goes on after: {error}"),
            None => std::thread::sleep(Duration::from_millis(1)),
        }
        for record in lanes.values().flat_map(|lane| lane.done.try_iter()) {
            in_work -= 1;
            since += 1;
            next.insert((record.topic().to_owned(), record.partition()), record.offset() + 1);
        }
        let ends = stop.is_cancelled() && in_work == 0;
        if since >= every || (ends && since > 0) {
            since = 0;
            let mut list = TopicPartitionList::new();
            for ((topic, partition), next) in next.drain() {
                list.add_partition_offset(&topic, partition, Offset::Offset(next))?;
            }
            consumer.commit(&list, CommitMode::Sync)?;
        }
        if ends {
            return Ok(());
        }
    }
}

/// How many records may wait for each worker.
const LANES: usize = 8;

/// Threads that process records, each one at a time. What is done comes back in the order in which it was done.
struct Workers {
    give: mpsc::Sender<OwnedMessage>,
    done: mpsc::Receiver<OwnedMessage>,
}

impl Workers {
    fn start(count: usize, process: &Process) -> Self {
        let (give, to_do) = mpsc::channel::<OwnedMessage>();
        let (finished, done) = mpsc::channel();
        let to_do = Arc::new(Mutex::new(to_do));
        for _ in 0..count {
            let (to_do, finished, process) = (to_do.clone(), finished.clone(), process.clone());
            thread::spawn(move || {
                loop {
                    let next = to_do.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    // Nobody gives, or nobody listens, any more.
                    let Ok(record) = next else { return };
                    process(&record);
                    if finished.send(record).is_err() {
                        return;
                    }
                }
            });
        }
        Self { give, done }
    }
}
