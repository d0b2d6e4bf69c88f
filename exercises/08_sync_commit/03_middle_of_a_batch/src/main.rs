//! The exercise as a program: four workers read sign-ups for ten seconds; some take longer than others.
//! `cargo workbook run 8.3` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread, time::Duration};

use middle_of_a_batch::{Process, consume};
use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;

fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print: Process = Arc::new(|record| {
        thread::sleep(Duration::from_millis(if record.offset() % 10 == 0 { 500 } else { 20 }));
        println!("{}-{} offset {} is done", record.topic(), record.partition(), record.offset());
    });
    let stop = CancellationToken::new();
    let later = stop.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(10));
        later.cancel();
    });
    consume(&bootstrap_servers, "G1", "T1", 4, 4, print, stop)
}
