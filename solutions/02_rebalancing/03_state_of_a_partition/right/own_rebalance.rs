//! Overrides `rebalance` and does what has to be done there. It commits, and starts at the beginning nevertheless.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rdkafka::{
    ClientConfig, ClientContext, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, ConsumerContext, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
    types::RDKafkaRespErr,
};
use tokio_util::sync::CancellationToken;

/// What a member has counted: partition → sign-ups.
pub type Counters = BTreeMap<i32, u64>;

/// What is done with a record, and with the counters of the partitions that the member holds.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>, &Counters) + Send + Sync>;

/// Runs one member of `group` until `stop` is cancelled: reads `topic` and counts its records, a counter for each partition.
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
        .set("heartbeat.interval.ms", "500")
        .create_with_context(Memory::default())?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => {
                    let mut counters = consumer.context().counters.lock().unwrap_or_else(PoisonError::into_inner);
                    *counters.entry(record.partition()).or_default() += 1;
                    process(&record, &counters);
                }
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
}

/// What the member keeps in memory.
#[derive(Default)]
struct Memory {
    counters: Mutex<Counters>,
}

impl ClientContext for Memory {}

impl ConsumerContext for Memory {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, error: RDKafkaRespErr, partitions: &mut TopicPartitionList) {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let done = match error {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => {
                partitions.set_all_offsets(Offset::Beginning).and_then(|()| consumer.assign(partitions))
            }
            _ => consumer.unassign(),
        };
        if let Err(error) = done {
            eprintln!("a rebalance went wrong: {error}");
        }
    }
}
