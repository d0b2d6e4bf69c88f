//! The exercise as a program: prints what the coupon app and the mail app do, until Ctrl-C. A coupon takes longer than a mail.
//! `cargo workbook run 1.4` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, time::Duration};

use rdkafka::{Message, error::KafkaResult, message::BorrowedMessage};
use tokio_util::sync::CancellationToken;
use two_groups::{Process, serve};

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            asked.cancel();
        }
    });
    let coupon = app("coupon", Duration::from_millis(200));
    let mail = app("  mail", Duration::from_millis(20));
    serve(&bootstrap_servers, "sign-ups", "coupon", coupon, "mail", mail, stop).await
}

/// An app that takes `time` for each record.
fn app(name: &'static str, time: Duration) -> Process {
    Arc::new(move |record: &BorrowedMessage<'_>| {
        std::thread::sleep(time);
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("{name}: {}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
    })
}
