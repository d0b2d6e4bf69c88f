//! Notes each assignment when the group gives it, in the rebalance callback.

use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::{
    ClientConfig, ClientContext,
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
    Ok(members.iter().map(|member| member.context().0.lock().unwrap_or_else(PoisonError::into_inner).clone()).collect())
}

/// The partitions that the member holds now.
#[derive(Default)]
struct Held(Mutex<Vec<i32>>);

impl ClientContext for Held {}

impl ConsumerContext for Held {
    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match rebalance {
            Rebalance::Assign(given) => held.extend(given.elements().iter().map(|element| element.partition())),
            Rebalance::Revoke(taken) => held.retain(|number| !taken.elements().iter().any(|element| element.partition() == *number)),
            Rebalance::Error(_) => {}
        }
        held.sort_unstable();
    }
}

fn join(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<StreamConsumer<Held>> {
    let member: StreamConsumer<Held> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "500")
        .create_with_context(Held::default())?;
    member.subscribe(&[topic])?;
    Ok(member)
}

/// Reads until `stop`, and gives the consumer back.
async fn read(member: StreamConsumer<Held>, process: Process, stop: CancellationToken) -> StreamConsumer<Held> {
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
