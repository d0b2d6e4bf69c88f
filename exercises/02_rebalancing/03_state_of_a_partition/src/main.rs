//! The exercise as a program: C1 reads T1 alone, C2 joins after three seconds and leaves after six. Each says what it has counted.
//! `cargo workbook run 2.3` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, time::Duration};

use rdkafka::{Message, error::KafkaResult};
use state_of_a_partition::{Process, member};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let (first, second) = (CancellationToken::new(), CancellationToken::new());
    let c1 = member(&bootstrap_servers, "G1", "T1", print_as(1), first.clone());
    let c2 = async {
        sleep(Duration::from_secs(3)).await;
        println!("C2 joins");
        member(&bootstrap_servers, "G1", "T1", print_as(2), second.clone()).await
    };
    let stops = async {
        sleep(Duration::from_secs(6)).await;
        println!("C2 leaves");
        second.cancel();
        sleep(Duration::from_secs(3)).await;
        first.cancel();
    };
    let (c1, c2, ()) = tokio::join!(c1, c2, stops);
    c1.and(c2)
}

fn print_as(member: u32) -> Process {
    Arc::new(move |record, counters| {
        println!("C{member}: {}-{} offset {}, counted {counters:?}", record.topic(), record.partition(), record.offset());
    })
}
