//! The exercise as a program: it reads T1 as G1 until it is told to end, by Ctrl-C or by `kill -TERM`. `cargo workbook run 10.2` starts it
//! with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, time::Duration};

use rdkafka::Message;
use signals::{Failed, Process, run};

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    println!("end me with Ctrl-C, or with: kill -TERM {}", std::process::id());
    let print: Process = Arc::new(|record| {
        Box::pin(async move {
            println!("{}-{} offset {} …", record.topic(), record.partition(), record.offset());
            tokio::time::sleep(Duration::from_secs(1)).await;
            println!("{}-{} offset {} done", record.topic(), record.partition(), record.offset());
            Ok(())
        })
    });
    run(&bootstrap_servers, "G1", "T1", print, Duration::from_secs(5)).await
}
