//! A `BaseConsumer` on a thread for each member.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, BaseConsumer},
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
    let members: Vec<_> = processes.iter().map(|_| join(bootstrap_servers, group, topic)).collect::<KafkaResult<_>>()?;
    let members = Arc::new(members);
    let mut threads = Vec::new();
    for (index, process) in processes.iter().enumerate() {
        let (members, process, stop) = (members.clone(), process.clone(), stop.clone());
        threads.push(tokio::task::spawn_blocking(move || {
            while !stop.is_cancelled() {
                if let Some(Ok(record)) = members[index].poll(Duration::from_millis(100)) {
                    process(&record);
                }
            }
        }));
    }
    for thread in threads {
        thread.await.unwrap_or_else(|end| std::panic::resume_unwind(end.into_panic()));
    }
    members.iter().map(partitions_of).collect()
}

fn join(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<BaseConsumer> {
    let member: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    member.subscribe(&[topic])?;
    Ok(member)
}

fn partitions_of(member: &BaseConsumer) -> KafkaResult<Vec<i32>> {
    let mut partitions: Vec<i32> = member.assignment()?.elements().iter().map(|element| element.partition()).collect();
    partitions.sort_unstable();
    Ok(partitions)
}
