//! Tells from which partitions records came, and takes that for the assignment.

use std::{collections::BTreeSet, sync::Arc};

use rdkafka::{
    ClientConfig, Message,
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
    let mut read = Vec::new();
    for reader in readers {
        read.push(reader.await.unwrap_or_else(|end| std::panic::resume_unwind(end.into_panic())));
    }
    Ok(read)
}

fn join(bootstrap_servers: &str, group: &str, client: &str, topic: &str) -> KafkaResult<StreamConsumer> {
    let member: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        // A name for logs and figures; it decides nothing.
        .set("client.id", client)
        .set("auto.offset.reset", "earliest")
        // Members hear at their next heartbeat that somebody wants to join; the default is one in 3 s.
        .set("heartbeat.interval.ms", "500")
        .create()?;
    member.subscribe(&[topic])?;
    Ok(member)
}

/// Reads until `stop`, and tells from which partitions.
async fn read(member: StreamConsumer, process: Process, stop: CancellationToken) -> Vec<i32> {
    let mut partitions = BTreeSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            record = member.recv() => match record {
                Ok(record) => {
                    partitions.insert(record.partition());
                    process(&record);
                }
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
    partitions.into_iter().collect()
}
