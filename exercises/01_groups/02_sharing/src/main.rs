//! The exercise as a program: two members of G1 read T1 for five seconds; then it prints which partitions each of them held.
//! `cargo workbook run 1.2` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.
//! The number of members is its argument.

use std::{sync::Arc, time::Duration};

use rdkafka::{Message, error::KafkaResult};
use sharing::{Process, share};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let members = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2);
    let processes: Vec<_> = (1..=members).map(print_as).collect();
    let stop = CancellationToken::new();
    let (shares, ()) = tokio::join!(share(&bootstrap_servers, "G1", "T1", &processes, stop.clone()), async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.cancel();
    });
    for (member, partitions) in (1..).zip(shares?) {
        println!("C{member} held {partitions:?}");
    }
    Ok(())
}

fn print_as(member: u32) -> Process {
    Arc::new(move |record| {
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("C{member}: {}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
    })
}
