//! The exercise as a program: one consumer of COUNTRY_GROUP reads `customers` for twenty seconds; every tenth record takes four.
//! `cargo workbook run 5.3` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread, time::Duration};

use rdkafka::{Message, error::KafkaResult};
use slow_records::{Process, consume};
use tokio_util::sync::CancellationToken;

const LONGEST: Duration = Duration::from_secs(4);

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let process: Process = Arc::new(|record| {
        let slow = record.offset() % 10 == 0;
        let note = if slow { "takes its time" } else { "is quick" };
        println!("{}-{} offset {} {note}", record.topic(), record.partition(), record.offset());
        thread::sleep(if slow { LONGEST } else { Duration::from_millis(20) });
    });
    let stop = CancellationToken::new();
    let at_the_end = stop.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(20)).await;
        at_the_end.cancel();
    });
    consume(&bootstrap_servers, "COUNTRY_GROUP", "customers", process, LONGEST, stop).await
}
