//! The exercise as a program: a consumer reads T1 for fifteen seconds, and from the fifth to the tenth a second one helps it.
//! `cargo workbook run 9.3` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread, time::Duration};

use async_then_sync::{Process, consume};
use rdkafka::{Message, error::KafkaResult};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let (first, second) = (CancellationToken::new(), CancellationToken::new());
    let helped = async {
        sleep(Duration::from_secs(5)).await;
        consume(&servers, "G1", "T1", print_as(2), second.clone()).await
    };
    let clock = async {
        sleep(Duration::from_secs(10)).await;
        second.cancel();
        sleep(Duration::from_secs(5)).await;
        first.cancel();
        Ok(())
    };
    let read = consume(&servers, "G1", "T1", print_as(1), first.clone());
    tokio::try_join!(read, helped, clock).map(drop)
}

fn print_as(number: u32) -> Process {
    Arc::new(move |record| {
        println!("consumer {number}: {}-{} offset {}", record.topic(), record.partition(), record.offset());
        thread::sleep(Duration::from_millis(20));
    })
}
