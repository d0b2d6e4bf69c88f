//! Takes all partitions by hand, so the group has no members.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rdkafka::{
    ClientConfig, ClientContext, Message, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What a member has counted: partition → sign-ups.
pub type Counters = BTreeMap<i32, u64>;

/// What is done with a record. Call it once for each record, with the counters of the partitions that the member holds, this record
/// counted.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>, &Counters) + Send + Sync>;

/// Runs one member of `group` until `stop` is cancelled: reads `topic` and counts its records, a counter for each partition. The group
/// commits nothing, so whoever gets a partition reads it from its beginning. Other members may run in the same program.
pub async fn member(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer<Memory> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .set("heartbeat.interval.ms", "500")
        .create_with_context(Memory::default())?;
    let mut all = TopicPartitionList::new();
    all.add_partition_range(topic, 0, 3);
    consumer.assign(&all)?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => {
                    // The lock is let go before the next `recv`, in which the callbacks run.
                    let mut counters = consumer.context().counters.lock().unwrap_or_else(PoisonError::into_inner);
                    *counters.entry(record.partition()).or_default() += 1;
                    process(&record, &counters);
                }
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
}

/// What the member keeps in memory. The consumer owns it, so its callbacks reach it.
#[derive(Default)]
struct Memory {
    counters: Mutex<Counters>,
}

impl ClientContext for Memory {}

impl ConsumerContext for Memory {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        match rebalance {
            Rebalance::Assign(gained) => {
                counters.extend(gained.elements().iter().map(|partition| (partition.partition(), 0)));
            }
            Rebalance::Revoke(lost) => {
                for partition in lost.elements() {
                    counters.remove(&partition.partition());
                }
            }
            Rebalance::Error(error) => eprintln!("a rebalance went wrong: {error}"),
        }
    }
}
