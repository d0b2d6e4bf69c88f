//! Subscribes, and assigns all partitions by hand whenever the group has given some.

use std::sync::Arc;

use rdkafka::{
    ClientConfig, ClientContext, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Runs one member of `group` for each element of `processes`, until `stop`; returns the partitions that each member held.
pub async fn share(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    processes: &[Process],
    stop: CancellationToken,
) -> KafkaResult<Vec<Vec<i32>>> {
    let mut readers = Vec::new();
    for process in processes {
        let member = join(bootstrap_servers, group, topic)?;
        readers.push(tokio::spawn(read(member, process.clone(), stop.clone())));
    }
    let mut members = Vec::new();
    for reader in readers {
        members.push(reader.await.unwrap_or_else(|end| std::panic::resume_unwind(end.into_panic())));
    }
    members.iter().map(partitions_of).collect()
}

struct TakesAll;

impl ClientContext for TakesAll {}

impl ConsumerContext for TakesAll {
    fn post_rebalance(&self, member: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(given) = rebalance
            && let Some(first) = given.elements().first()
        {
            let mut all = TopicPartitionList::new();
            all.add_partition_range(first.topic(), 0, 3);
            let _ = member.assign(&all);
        }
    }
}

fn join(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<StreamConsumer<TakesAll>> {
    let member: StreamConsumer<TakesAll> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "500")
        .create_with_context(TakesAll)?;
    member.subscribe(&[topic])?;
    Ok(member)
}

/// Reads until `stop`, and gives the consumer back.
async fn read(member: StreamConsumer<TakesAll>, process: Process, stop: CancellationToken) -> StreamConsumer<TakesAll> {
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            record = member.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
    member
}

fn partitions_of(member: &StreamConsumer<TakesAll>) -> KafkaResult<Vec<i32>> {
    let mut partitions: Vec<i32> = member.assignment()?.elements().iter().map(|element| element.partition()).collect();
    partitions.sort_unstable();
    Ok(partitions)
}
