//! The exercise as a program: it prints the size of each batch of T1, for ten seconds.
//! `cargo workbook run 3.6` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::time::{Duration, Instant};

use batches::{next_batch, open};
use rdkafka::error::KafkaResult;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let mut source = open(&bootstrap_servers, "G1", "T1")?;
    let end = Instant::now() + Duration::from_secs(10);
    while Instant::now() < end {
        let began = Instant::now();
        let batch = next_batch(&mut source, 20, Duration::from_secs(1)).await?;
        println!("{} records after {:?}", batch.len(), began.elapsed());
    }
    Ok(())
}
