//! A consumer that counts: how many records carry each country?
//!
//! Topic `customers` holds the customers of a shop: the key is the customer, the value is the country. The consumer is a type of its own,
//! and each one has a number. Write what is missing. Check it with `cargo workbook check 4.1`, or with `cargo test` in this folder. Edit
//! this file only.

use std::{collections::HashMap, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
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
    // TODO: every consumer is number 0
    0
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
        let Self { number, consumer, counts } = self;
        while !stop.is_cancelled() {
            match consumer.poll(TIMEOUT) {
                None => {}
                Some(Ok(record)) => {
                    // TODO: 1 a line for the record   2 count its value
                    let _ = (number, &log, record);
                }
                Some(Err(error)) => eprintln!("consumer {number} goes on after: {error}"),
            }
        }
        counts
    }
}
