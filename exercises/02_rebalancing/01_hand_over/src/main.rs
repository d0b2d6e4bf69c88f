//! The exercise as a program: two members of G1 read T1. After five seconds C1 is asked to stop, and the program goes on for ten more.
//! `cargo workbook run 2.1` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, time::Duration};

use hand_over::{Process, member};
use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let all = CancellationToken::new();
    let first = all.child_token();
    let mut members = tokio::task::JoinSet::new();
    for number in 1..=2 {
        let bootstrap_servers = bootstrap_servers.clone();
        let stop = if number == 1 { first.clone() } else { all.child_token() };
        members.spawn(async move {
            let client_id = format!("C{number}");
            let ended = member(&bootstrap_servers, "G1", &client_id, "T1", print_as(number), stop).await;
            println!("{client_id} has returned");
            ended
        });
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    println!("C1 is asked to stop");
    first.cancel();
    tokio::time::sleep(Duration::from_secs(10)).await;
    all.cancel();
    members.join_all().await.into_iter().collect()
}

fn print_as(member: u32) -> Process {
    Arc::new(move |record| {
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("C{member}: {}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
    })
}
