//! A queue and a task for each partition; the consumer itself is asked for what is no record.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio::sync::Notify;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Joins `group`, reads `topic` from its beginning, calls `process` with each of the first `n` records as it comes, and
/// returns.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    let consumer: Arc<StreamConsumer> = Arc::new(ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?,
    );
    let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(5))?;
    let partitions: Vec<i32> = metadata.topics()[0].partitions().iter().map(|partition| partition.id()).collect();
    let (begun, read, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut readers = tokio::task::JoinSet::new();
    for partition in partitions {
        let queue = consumer.split_partition_queue(topic, partition).expect("the topic has that partition");
        let (process, begun, read, done) = (process.clone(), begun.clone(), read.clone(), done.clone());
        readers.spawn(async move {
            loop {
                let record = match queue.recv().await {
                    Ok(record) => record,
                    Err(error) => {
                        eprintln!("goes on after: {error}");
                        continue;
                    }
                };
                // The readers share one count: a record that no place is left for is not processed.
                if begun.fetch_add(1, Ordering::SeqCst) >= n {
                    return;
                }
                process(&record);
                if read.fetch_add(1, Ordering::SeqCst) + 1 == n {
                    done.notify_one();
                }
            }
        });
    }
    consumer.subscribe(&[topic])?;

    loop {
        tokio::select! {
            () = done.notified() => break,
            received = consumer.recv() => match received {
                Ok(record) => process(&record),
                Err(error) => eprintln!("goes on after: {error}"),
            },
        }
    }
    readers.shutdown().await;
    Ok(())
}
