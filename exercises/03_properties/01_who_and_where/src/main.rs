//! The exercise as a program: C1 reads five sign-ups of T1 for G1, then C2 reads five more. The first address is dead.
//! `cargo workbook run 3.1` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::sync::Arc;

use rdkafka::{Message, error::KafkaResult, message::BorrowedMessage};
use who_and_where::{Process, read};

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let addresses = ["localhost:1", &bootstrap_servers];
    for client in ["C1", "C2"] {
        read(&addresses, "G1", client, "T1", 5, print_as(client)).await?;
    }
    Ok(())
}

fn print_as(client: &'static str) -> Process {
    Arc::new(move |record: &BorrowedMessage<'_>| {
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("{client}: {}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
    })
}
