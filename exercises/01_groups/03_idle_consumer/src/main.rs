//! The exercise as a program: five members of G1 read T1 for ten seconds and say which of them idle; after five seconds C1 leaves.
//! `cargo workbook run 1.3` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, time::Duration};

use idle_consumer::{Idle, Process, member, useful_members};
use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    println!("4 partitions, 1000 sign-ups a second, 300 by each member: {} members are useful", useful_members(4, 1000.0, 300.0));
    let all = CancellationToken::new();
    let first = all.child_token();
    let mut members = tokio::task::JoinSet::new();
    for number in 1..=5 {
        let bootstrap_servers = bootstrap_servers.clone();
        let stop = if number == 1 { first.clone() } else { all.child_token() };
        let (process, idle) = (print_as(number), idle_as(number));
        members.spawn(async move { member(&bootstrap_servers, "G1", "T1", process, idle, stop).await });
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    println!("C1 leaves");
    first.cancel();
    tokio::time::sleep(Duration::from_secs(5)).await;
    all.cancel();
    members.join_all().await.into_iter().collect()
}

fn print_as(member: u32) -> Process {
    Arc::new(move |record| {
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("C{member}: {}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
    })
}

fn idle_as(member: u32) -> Idle {
    Arc::new(move |idle| println!("C{member} {}", if idle { "idles" } else { "has partitions" }))
}
