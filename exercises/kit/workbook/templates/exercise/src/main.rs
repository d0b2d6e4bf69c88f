//! The exercise as a program. `cargo workbook run @number@` starts it with a broker, a topic and data; or start it yourself with
//! `KAFKA_BOOTSTRAP_SERVERS` set.

use std::sync::Arc;

use @name@::read;
use rdkafka::{Message, error::KafkaResult};

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print = Arc::new(|record: &rdkafka::message::BorrowedMessage<'_>| {
        println!("{}-{} offset {}", record.topic(), record.partition(), record.offset());
    });
    read(&bootstrap_servers, "G1", "T1", 20, print).await
}
