//! The exercise as a program: polls topic T1 as a member of G1 for ten seconds. `cargo workbook run 5.1` starts it with a broker, a topic and
//! data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread, time::Duration};

use poll_loop::poll_loop;
use rdkafka::{
    ClientConfig, Message,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", "G1")
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&["T1"])?;
    let print = Arc::new(|record: &BorrowedMessage<'_>| {
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("{}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
    });
    let stop = CancellationToken::new();
    let after_a_while = stop.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(10));
        after_a_while.cancel();
    });
    poll_loop(&consumer, print, stop)
}
