//! Another right answer: a commit for every ten records, one after another behind a lock, and none that a newer one has made needless.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// The greatest offset of each partition that a commit was taken for.
type Newest = Arc<Mutex<BTreeMap<i32, i64>>>;

/// So many records of a partition are worth a commit.
const EVERY: i64 = 10;

/// Reads `topic`, which has two partitions, from its beginning, as a consumer of `group`. It calls `process` with each record, and commits
/// whenever ten more records of a partition are processed.
///
/// - A commit names what is processed, and no more.
/// - A commit that is refused is made good: by another try, by the next commit, or by the last one.
/// - Whatever is refused or late, the committed offset of a partition never goes back.
/// - When `stop` is cancelled it returns; all that is processed is committed by then.
pub async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let consumer = Arc::new(consumer);
    let newest = Newest::default();
    let mut last = BTreeMap::new();
    let mut commits = Vec::new();
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let Ok(record) = record else { continue };
        process(&record);
        last.insert(record.partition(), record.offset() + 1);
        let partition = record.partition();
        if (record.offset() + 1) % EVERY == 0 {
            commits.push(commit(&consumer, topic, &newest, partition, record.offset() + 1));
        }
    }
    for (partition, next) in last {
        commits.push(commit(&consumer, topic, &newest, partition, next));
    }
    for commit in commits {
        let _panicked = commit.await;
    }
    Ok(())
}

/// Commits on a thread of its own, until the commit is taken or a newer one has been sent. The lock is held while a commit is on its way.
fn commit(consumer: &Arc<StreamConsumer>, topic: &str, newest: &Newest, partition: i32, next: i64) -> JoinHandle<()> {
    let (consumer, topic, newest) = (consumer.clone(), topic.to_owned(), newest.clone());
    spawn_blocking(move || {
        let mut offsets = TopicPartitionList::new();
        let named = offsets.add_partition_offset(&topic, partition, Offset::Offset(next));
        loop {
            let mut newest = newest.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = newest.entry(partition).or_insert(0);
            if *taken >= next {
                return;
            }
            match named.clone().and_then(|()| consumer.commit(&offsets, CommitMode::Sync)) {
                Ok(()) => *taken = next,
                Err(error) => eprintln!("commit of {partition}: {next}: {error}; once more, unless a newer one is taken first"),
            }
            drop(newest);
            std::thread::sleep(Duration::from_millis(50));
        }
    })
}
