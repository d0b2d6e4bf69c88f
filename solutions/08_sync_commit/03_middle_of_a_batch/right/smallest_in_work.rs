//! Another right answer: what is before the smallest offset in work, is done.

use std::{
    collections::{BTreeSet, HashMap},
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
    let pool = Workers::start(workers, &process);
    let (mut in_work, mut since) = (0, 0);
    let mut partitions: HashMap<(String, i32), Work> = HashMap::new();
    loop {
        // Takes a record only where a worker is free for it.
        let is_full = in_work == workers || stop.is_cancelled();
        match if is_full { None } else { consumer.poll(A_MOMENT) } {
            Some(Ok(record)) => {
                let work = partitions.entry((record.topic().to_owned(), record.partition())).or_default();
                work.open.insert(record.offset());
                work.end = record.offset() + 1;
                // The workers listen as long as the pool lives.
                let _ = pool.give.send(record.detach());
                in_work += 1;
            }
            Some(Err(error)) => eprintln!("goes on after: {error}"),
            None => {}
        }
        if let Ok(record) = pool.done.recv_timeout(if is_full { A_MOMENT } else { Duration::ZERO }) {
            in_work -= 1;
            since += 1;
            if let Some(work) = partitions.get_mut(&(record.topic().to_owned(), record.partition())) {
                work.open.remove(&record.offset());
            }
        }
        let ends = stop.is_cancelled() && in_work == 0;
        if since >= every || (ends && since > 0) {
            since = 0;
            let mut list = TopicPartitionList::new();
            for ((topic, partition), work) in &mut partitions {
                let next = work.open.first().copied().unwrap_or(work.end);
                if next > work.committed {
                    list.add_partition_offset(topic, *partition, Offset::Offset(next))?;
                    work.committed = next;
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
}

/// Of one partition: the records in work, and the next offset after the greatest that was begun.
#[derive(Default)]
struct Work {
    open: BTreeSet<i64>,
    end: i64,
    committed: i64,
}

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
