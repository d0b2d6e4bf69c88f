//! Commits after every ten records, however few it was asked for.

use std::{
    collections::{BTreeMap, HashMap},
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

/// So many records are worth a commit.
const TEN: usize = 10;
/// How long the loop waits for anything.
const A_MOMENT: Duration = Duration::from_millis(10);

/// Reads `topic` as a consumer of `group`, and calls `process` for up to `workers` records at the same time. While one record takes long,
/// the others go on.
///
/// - After every `every` records that are done it commits, synchronously: of each partition as far as *all* records are done.
/// - When `stop` is cancelled it takes no more records, waits for those in work, commits what is done, and returns.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    workers: usize,
    _every: usize,
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
    let mut partitions: HashMap<(String, i32), Begun> = HashMap::new();
    loop {
        // Takes a record only where a worker is free for it.
        let is_full = in_work == workers || stop.is_cancelled();
        match if is_full { None } else { consumer.poll(A_MOMENT) } {
            Some(Ok(record)) => {
                partitions.entry((record.topic().to_owned(), record.partition())).or_default().begins(record.offset());
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
            if let Some(begun) = partitions.get_mut(&(record.topic().to_owned(), record.partition())) {
                begun.is_done(record.offset());
            }
        }
        let ends = stop.is_cancelled() && in_work == 0;
        if since >= TEN || (ends && since > 0) {
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
                partitions.clear();
            }
        }
        if ends {
            return Ok(());
        }
    }
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
