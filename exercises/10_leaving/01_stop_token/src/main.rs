//! The exercise as a program: it reads T1 as G1, and stops after three seconds. `cargo workbook run 10.1` starts it with a broker, a topic
//! and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, time::Duration};

use rdkafka::Message;
use stop_token::{Failed, Process, consume};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print: Process = Arc::new(|record| {
        Box::pin(async move {
            println!("{}-{} offset {} …", record.topic(), record.partition(), record.offset());
            tokio::time::sleep(Duration::from_millis(200)).await;
            println!("{}-{} offset {} done", record.topic(), record.partition(), record.offset());
            Ok(())
        })
    });
    let stop = CancellationToken::new();
    let canceller = stop.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        println!("stop");
        canceller.cancel();
    });
    consume(&bootstrap_servers, "G1", "T1", print, stop).await
}
