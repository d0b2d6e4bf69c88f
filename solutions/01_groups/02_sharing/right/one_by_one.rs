//! Each member joins when the one before it has its share, so that the group is not shared anew all at once.

use std::sync::{Arc, Mutex};

use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

type Member = StreamConsumer<Told>;

/// Says when a member has its first partitions.
struct Told(Mutex<Option<oneshot::Sender<()>>>);

impl ClientContext for Told {}

impl ConsumerContext for Told {
    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if matches!(rebalance, Rebalance::Assign(given) if given.count() > 0)
            && let Some(first) = self.0.lock().expect("nobody panics with it").take()
        {
            let _ = first.send(());
        }
    }
}

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
    for process in processes {
        let (first, told) = oneshot::channel();
        let member: Member = ClientConfig::new()
            .set("bootstrap.servers", bootstrap_servers)
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .set("heartbeat.interval.ms", "1500")
            .create_with_context(Told(Mutex::new(Some(first))))?;
        member.subscribe(&[topic])?;
        readers.push(tokio::spawn(read(member, process.clone(), stop.clone())));
        tokio::select! {
            _ = told => {}
            () = stop.cancelled() => {}
        }
    }
    let mut members = Vec::new();
    for reader in readers {
        members.push(reader.await.expect("the reader does not panic"));
    }
    members.iter().map(partitions_of).collect()
}

/// Reads until `stop`, and gives the consumer back, still a member.
async fn read(member: Member, process: Process, stop: CancellationToken) -> Member {
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

fn partitions_of(member: &Member) -> KafkaResult<Vec<i32>> {
    let mut partitions: Vec<i32> = member.assignment()?.elements().iter().map(|element| element.partition()).collect();
    partitions.sort_unstable();
    Ok(partitions)
}
