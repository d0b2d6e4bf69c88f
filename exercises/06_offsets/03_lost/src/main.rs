//! The exercise as a program: it "sends" a mail for each sign-up of T1, slowly, until Ctrl-C ends it. Kill it with `kill -9` in the middle
//! of a mail, and start it again: who got none? `cargo workbook run 6.3` starts it with a broker, a topic and data; or start it yourself
//! with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread::sleep, time::Duration};

use lost::{Process, send_mails};
use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print: Process = Arc::new(|record| {
        println!("mail for offset {} …", record.offset());
        sleep(Duration::from_secs(1));
        println!("mail for offset {} sent", record.offset());
    });
    let stop = CancellationToken::new();
    let on_ctrl_c = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            on_ctrl_c.cancel();
        }
    });
    send_mails(&bootstrap_servers, "G1", "T1", print, stop).await
}
