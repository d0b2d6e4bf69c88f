//! The exercise as a program: it processes a hundred records of T1 a second as a consumer of G1; fifty may come twice. End it with Ctrl-C, or crash
//! it with `kill -9`, and start it again: which records come twice? `cargo workbook run 7.1` starts it with a broker, a topic and data; or
//! start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread, time::Duration};

use interval::{Process, read};
use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print: Process = Arc::new(|record| {
        thread::sleep(Duration::from_millis(10));
        println!("{}-{} offset {}", record.topic(), record.partition(), record.offset());
    });
    let stop = CancellationToken::new();
    let at_ctrl_c = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            at_ctrl_c.cancel();
        }
    });
    read(&bootstrap_servers, "G1", "T1", 100, 50, print, stop).await
}
