//! The exercise as a program: for ten seconds sign-ups (T1) and page views (T2) are read, as `alert` and as `archive`.
//! `cargo workbook run 3.3` starts it with a broker, topics and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, time::Duration};

use fetch_sizes::{Process, alert, archive};
use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let stop = CancellationToken::new();
    let read = async {
        tokio::try_join!(
            alert(&bootstrap_servers, "G1", "T1", print_as("alert"), stop.clone()),
            archive(&bootstrap_servers, "G2", "T2", print_as("archive"), stop.clone()),
        )
    };
    let end = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        stop.cancel();
    };
    tokio::join!(read, end).0.map(|_| ())
}

fn print_as(application: &'static str) -> Process {
    Arc::new(move |record| {
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("{application}: {}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
    })
}
