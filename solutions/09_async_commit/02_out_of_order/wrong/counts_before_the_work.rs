//! Notes a record before it is processed: the commit may be there first.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio::{sync::watch, task::spawn_blocking, time::sleep};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// So many records of a partition are worth a commit.
const EVERY: i64 = 10;
/// How long to wait after a commit that was refused.
const PAUSE: Duration = Duration::from_millis(50);
/// How often the last commit is tried.
const TRIES: usize = 5;

/// The next offset to read of each partition.
type Offsets = BTreeMap<i32, i64>;

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
    let (due, newest) = watch::channel(Offsets::new());
    let commits = tokio::spawn(commit_what_is_due(consumer.clone(), topic.to_owned(), newest));
    let mut processed = Offsets::new();
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        match record {
            Ok(record) => {
                // The greatest: who was expelled for a while reads some records again.
                let next = processed.entry(record.partition()).or_default();
                *next = (*next).max(record.offset() + 1);
                if (record.offset() + 1) % EVERY == 0 {
                    due.send_replace(processed.clone());
                }
                process(&record);
            }
            Err(error) => eprintln!("goes on after: {error}"),
        }
    }
    due.send_replace(processed);
    drop(due);
    let _panicked = commits.await;
    Ok(())
}

/// Commits what is newest, one commit at a time, until nothing can become due any more and all is committed.
async fn commit_what_is_due(consumer: Arc<StreamConsumer>, topic: String, mut newest: watch::Receiver<Offsets>) {
    let (mut committed, mut refused) = (Offsets::new(), 0);
    loop {
        let due = newest.borrow_and_update().clone();
        if due == committed || refused == TRIES {
            if newest.changed().await.is_err() {
                return;
            }
            refused = 0;
            continue;
        }
        let (consumer, topic, offsets) = (consumer.clone(), topic.clone(), due.clone());
        match spawn_blocking(move || commit(&consumer, &topic, &offsets)).await {
            Ok(Ok(())) => (committed, refused) = (due, 0),
            Ok(Err(error)) => {
                eprintln!("refused, and due still: {error}");
                refused += 1;
                sleep(PAUSE).await;
            }
            Err(_panicked) => return,
        }
    }
}

fn commit(consumer: &StreamConsumer, topic: &str, offsets: &Offsets) -> KafkaResult<()> {
    let mut list = TopicPartitionList::new();
    for (partition, next) in offsets {
        list.add_partition_offset(topic, *partition, Offset::Offset(*next))?;
    }
    consumer.commit(&list, CommitMode::Sync)
}
