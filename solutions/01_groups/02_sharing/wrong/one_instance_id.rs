//! Static members that all have the same name.

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

/// Runs one member of `group` for each element of `processes`, all at the same time. Member i reads `topic` from its beginning and
/// calls `processes[i]` with each record that it gets.
///
/// When `stop` is cancelled (`stop.cancelled().await` returns then), no member reads on. Returns the partitions that each member holds
/// at that moment, sorted, in the order of the members. All of them have left the group by then.
pub async fn share(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    processes: &[Process],
    stop: CancellationToken,
) -> KafkaResult<Vec<Vec<i32>>> {
    let mut readers = Vec::new();
    for (number, process) in (1..).zip(processes) {
        let member = join(bootstrap_servers, group, &format!("C{number}"), topic)?;
        readers.push(tokio::spawn(read(member, process.clone(), stop.clone())));
    }
    let mut members = Vec::new();
    for reader in readers {
        // A panic in one member is a panic here.
        members.push(reader.await.unwrap_or_else(|end| std::panic::resume_unwind(end.into_panic())));
    }
    // All members are asked before the first one is dropped: dropping leaves the group, and the others would share anew.
    members.iter().map(partitions_of).collect()
}

fn join(bootstrap_servers: &str, group: &str, client: &str, topic: &str) -> KafkaResult<StreamConsumer> {
    let member: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        // A name for logs and figures; it decides nothing.
        .set("client.id", client)
        .set("group.instance.id", "coupons")
        .set("auto.offset.reset", "earliest")
        // Members hear at their next heartbeat that somebody wants to join; the default is one in 3 s.
        .set("heartbeat.interval.ms", "500")
        .create()?;
    member.subscribe(&[topic])?;
    Ok(member)
}

/// Reads until `stop`, and gives the consumer back, still a member.
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
