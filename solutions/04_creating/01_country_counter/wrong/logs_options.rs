//! Logs key and value as Rust shows an Option.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rdkafka::{
    ClientConfig, Message,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};
use tokio_util::sync::CancellationToken;

/// Where the lines of the log go. Call it once for each record.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// How long a call of `poll` waits for a record.
const TIMEOUT: Duration = Duration::from_millis(100);

/// A number that no other call in this program gets, on whatever thread: 0, then 1, then 2 …
pub fn next_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A consumer with a number, and the countries that it has seen.
pub struct CountryCounter {
    number: usize,
    consumer: BaseConsumer,
    counts: HashMap<String, u64>,
}

impl CountryCounter {
    /// Makes the next consumer: a member of `group` that reads `topics` from their beginning.
    pub fn create(bootstrap_servers: &str, group: &str, topics: &[&str]) -> KafkaResult<Self> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", bootstrap_servers)
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .create()?;
        consumer.subscribe(topics)?;
        Ok(Self { number: next_number(), consumer, counts: HashMap::new() })
    }

    /// Reads until `stop` is cancelled, with a line for each record. Returns how many records carried each country.
    pub fn consume(self, log: Log, stop: CancellationToken) -> HashMap<String, u64> {
        let Self { number, consumer, mut counts } = self;
        while !stop.is_cancelled() {
            match consumer.poll(TIMEOUT) {
                None => {}
                Some(Ok(record)) => {
                    let (topic, partition, offset) = (record.topic(), record.partition(), record.offset());
                    let (key, value) = (text(record.key()), text(record.payload()));
                    log(&format!(
                        "[Consumer {number}] topic = {topic}, partition = {partition}, offset = {offset}, key = {key:?}, value = {value:?}",
                    ));
                    if let Some(country) = value {
                        *counts.entry(country).or_default() += 1;
                    }
                }
                Some(Err(error)) => eprintln!("consumer {number} goes on after: {error}"),
            }
        }
        counts
    }
}

/// Keys and values are bytes, or nothing.
fn text(bytes: Option<&[u8]>) -> Option<String> {
    bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}
