//! Awaits each member before it begins the next one.

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
    let mut members = Vec::new();
    for process in processes {
        let member = join(bootstrap_servers, group, topic)?;
        members.push(read(member, process.clone(), stop.clone()).await);
    }
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

/// Reads until `stop`, and gives the consumer back.
async fn read(member: StreamConsumer, process: Process, stop: CancellationToken) -> StreamConsumer {
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

fn partitions_of(member: &StreamConsumer) -> KafkaResult<Vec<i32>> {
    let mut partitions: Vec<i32> = member.assignment()?.elements().iter().map(|element| element.partition()).collect();
    partitions.sort_unstable();
    Ok(partitions)
}
