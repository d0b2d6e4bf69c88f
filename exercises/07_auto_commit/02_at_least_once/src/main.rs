//! The exercise as a program: it works on the sign-ups of T1, slowly, until Ctrl-C ends it. Kill it with `kill -9` in the middle of one, and
//! start it again: which is missing? `cargo workbook run 7.2` starts it with a broker, a topic and data; or start it yourself with
//! `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread::sleep, time::Duration};

use at_least_once::{Process, read};
use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print: Process = Arc::new(|record| {
        println!("offset {} …", record.offset());
        sleep(Duration::from_secs(1));
        println!("offset {} done", record.offset());
    });
    let stop = CancellationToken::new();
    let on_ctrl_c = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            on_ctrl_c.cancel();
        }
    });
    read(&bootstrap_servers, "G1", "T1", Duration::from_millis(100), print, stop).await
}
