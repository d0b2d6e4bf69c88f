//! The exercise as a program: it reads five records of T1 as a consumer of G1, commits after the third, and says where the partition stands.
//! `cargo workbook run 6.1` starts it with a broker, a topic and data; run it again, and see where it begins. Or start it yourself with
//! `KAFKA_BOOTSTRAP_SERVERS` set.

use std::sync::Arc;

use positions::{Process, read};
use rdkafka::{Message, error::KafkaResult};

fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print: Process = Arc::new(|record| println!("{}-{} offset {}", record.topic(), record.partition(), record.offset()));
    let [handed_over, committed, end] = read(&bootstrap_servers, "G1", "T1", 5, 3, print)?;
    println!("handed over {handed_over:?}, committed {committed:?}, end of the log {end:?}");
    Ok(())
}
