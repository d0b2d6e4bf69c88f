//! Threads that read for ever: nobody tells them to stop, so no consumer is dropped.

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
    let members: Vec<_> =
        processes.iter().map(|_| join(bootstrap_servers, group, topic).map(Arc::new)).collect::<KafkaResult<_>>()?;
    for (member, process) in members.iter().cloned().zip(processes.iter().cloned()) {
        std::thread::spawn(move || {
            loop {
                if let Some(Ok(record)) = member.poll(Duration::from_millis(100)) {
                    process(&record);
                }
            }
        });
    }
    stop.cancelled().await;
    members.iter().map(|member| partitions_of(member)).collect()
}

fn join(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<BaseConsumer> {
    let member: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "500")
        .create()?;
    member.subscribe(&[topic])?;
    Ok(member)
}

fn partitions_of(member: &BaseConsumer) -> KafkaResult<Vec<i32>> {
    let mut partitions: Vec<i32> = member.assignment()?.elements().iter().map(|element| element.partition()).collect();
    partitions.sort_unstable();
    Ok(partitions)
}
