//! The exercise as a program: it starts itself twice more, as the members C1 and C2 of G1, kills C1 after five seconds, and asks the
//! coordinator how long C1 counts as a member. `cargo workbook run 2.2` starts it with a broker, a topic and data; or start it yourself with
//! `KAFKA_BOOTSTRAP_SERVERS` set. (The embedded broker does not tell its members.)

use std::{
    process::{Child, Command},
    sync::Arc,
    time::{Duration, Instant},
};

use heartbeats::{Process, member};
use rdkafka::{
    ClientConfig, Message,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    if let Some(client_id) = std::env::args().nth(1) {
        let process = print_as(client_id.clone());
        return member(&bootstrap_servers, "G1", &client_id, "T1", process, CancellationToken::new()).await;
    }
    let (mut first, mut second) = (start("C1"), start("C2"));
    tokio::time::sleep(Duration::from_secs(5)).await;
    let onlooker: BaseConsumer = ClientConfig::new().set("bootstrap.servers", &bootstrap_servers).create()?;
    println!("G1 has {} members. C1 crashes now.", members(&onlooker)?);
    let crashed = Instant::now();
    first.kill().expect("C1 runs");
    while members(&onlooker)? > 1 && crashed.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("G1 has {} members, {:.1} s after the crash.", members(&onlooker)?, crashed.elapsed().as_secs_f64());
    second.kill().expect("C2 runs");
    Ok(())
}

/// Starts this program again, as one member.
fn start(client_id: &str) -> Child {
    let program = std::env::current_exe().expect("a program knows where it is");
    Command::new(program).arg(client_id).spawn().expect("a program can be started twice")
}

/// How many members the coordinator counts.
fn members(onlooker: &BaseConsumer) -> KafkaResult<usize> {
    let groups = onlooker.fetch_group_list(Some("G1"), Duration::from_secs(5))?;
    Ok(groups.groups().first().map_or(0, |group| group.members().len()))
}

fn print_as(client_id: String) -> Process {
    Arc::new(move |record| {
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("{client_id}: {}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
    })
}
