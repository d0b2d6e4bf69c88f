//! The exercise as a program: it reads sign-ups in batches of 20, for ten seconds.
//! `cargo workbook run 8.2` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread, time::Duration};

use commit_failed::{Process, consume};
use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;

fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print: Process = Arc::new(|record| {
        println!("{}-{} offset {}", record.topic(), record.partition(), record.offset());
    });
    let stop = CancellationToken::new();
    let later = stop.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(10));
        later.cancel();
    });
    consume(&bootstrap_servers, "G1", "T1", 20, print, stop)
}
