//! A counter for each partition, in the memory of the member that holds it.
//!
//! Topic T1 holds sign-ups in four partitions. Each member of group G1 counts the sign-ups of the partitions that it holds. Members come
//! and go, and the sum over all members has to stay right. Check it with `cargo workbook check 2.3`, or with `cargo test` in this folder.
//! Edit this file only.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rdkafka::{
    ClientConfig, ClientContext, Message,
    consumer::{Consumer, ConsumerContext, StreamConsumer},
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

/// What the member keeps in memory. The consumer owns it, so its callbacks reach it.
#[derive(Default)]
struct Memory {
    counters: Mutex<Counters>,
}

impl ClientContext for Memory {}

impl ConsumerContext for Memory {
    // TODO: what has to happen to the counters when partitions are taken away?
}
