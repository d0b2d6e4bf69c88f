//! Leaves the closing of the client to a thread for which nobody waits.

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
    // One step that reads and adds: no other thread gets in between.
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

    /// Reads until `stop` is cancelled. For each record it writes a line to `log`,
    ///
    /// `[Consumer 0] topic = customers, partition = 1, offset = 7, key = customer-2, value = Brazil`
    ///
    /// with `null` for a key or a value that is not there, and counts the value. A record without a value counts for no country.
    /// Returns how many records carried each country, and has left the group by then.
    pub fn consume(self, log: Log, stop: CancellationToken) -> HashMap<String, u64> {
        // Taken apart, since a record borrows the consumer while the counts change.
        let Self { number, consumer, mut counts } = self;
        while !stop.is_cancelled() {
            match consumer.poll(TIMEOUT) {
                None => {}
                Some(Ok(record)) => {
                    let (topic, partition, offset) = (record.topic(), record.partition(), record.offset());
                    let (key, value) = (text(record.key()), text(record.payload()));
                    log(&format!(
                        "[Consumer {number}] topic = {topic}, partition = {partition}, offset = {offset}, key = {}, value = {}",
                        key.as_deref().unwrap_or("null"),
                        value.as_deref().unwrap_or("null"),
                    ));
                    if let Some(country) = value {
                        *counts.entry(country).or_default() += 1;
                    }
                }
                Some(Err(error)) => eprintln!("consumer {number} goes on after: {error}"),
            }
        }
        std::thread::spawn(move || drop(consumer));
        counts
    }
}

/// Keys and values are bytes, or nothing.
fn text(bytes: Option<&[u8]>) -> Option<String> {
    bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}
