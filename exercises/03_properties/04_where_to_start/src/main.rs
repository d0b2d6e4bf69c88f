//! The exercise as a program: one of the three apps reads T1 for five seconds. Name it: `cargo workbook run 3.4 -- board`. Each app is a
//! group of its own name, so that it goes on at the next start.
//! `cargo workbook run 3.4` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, time::Duration};

use rdkafka::{Message, error::KafkaResult, message::BorrowedMessage};
use tokio_util::sync::CancellationToken;
use where_to_start::{Process, board, coupons, ledger};

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let app = std::env::args().nth(1).unwrap_or_else(|| "coupons".to_owned());
    let print: Process = Arc::new(|record: &BorrowedMessage<'_>| {
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("{}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
    });
    let stop = CancellationToken::new();
    let after_a_while = stop.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        after_a_while.cancel();
    });
    match app.as_str() {
        "board" => board(&bootstrap_servers, "board", "T1", print, stop).await,
        "ledger" => ledger(&bootstrap_servers, "ledger", "T1", print, stop).await,
        _ => coupons(&bootstrap_servers, "coupons", "T1", print, stop).await,
    }
}
