//! The exercise as a program: it reads T1 for ten seconds.
//! `cargo workbook run 9.2` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread, time::Duration};

use out_of_order::consume;
use rdkafka::{Message, error::KafkaResult, message::BorrowedMessage};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let process = Arc::new(|record: &BorrowedMessage<'_>| {
        println!("{}-{} offset {}", record.topic(), record.partition(), record.offset());
        thread::sleep(Duration::from_millis(20));
    });
    let stop = CancellationToken::new();
    let at_the_end = stop.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(10)).await;
        at_the_end.cancel();
    });
    consume(&bootstrap_servers, "G1", "T1", process, stop).await
}
