//! The exercise as a program: it issues coupons for the sign-ups of T1 until Ctrl-C ends it. Kill it with `kill -9` and start it again to see
//! which come twice. `cargo workbook run 6.2` starts it with a broker, a topic and data; or start it yourself with
//! `KAFKA_BOOTSTRAP_SERVERS` set.

use std::sync::Arc;

use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;
use twice::{Issue, issue_coupons};

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print: Issue = Arc::new(|number, record| {
        println!("coupon {number} for {}-{} offset {}", record.topic(), record.partition(), record.offset());
        std::thread::sleep(std::time::Duration::from_millis(200));
    });
    let stop = CancellationToken::new();
    let on_ctrl_c = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            on_ctrl_c.cancel();
        }
    });
    issue_coupons(&bootstrap_servers, "G1", "T1", 10, print, stop).await
}
