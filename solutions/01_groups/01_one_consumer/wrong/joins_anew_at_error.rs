//! Throws the consumer away at an error, and begins again with a new one.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// How long it waits before it begins again.
const BACK_OFF: Duration = Duration::from_millis(200);

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Joins `group`, reads `topic` from its beginning, calls `process` with each of the first `n` records as it comes, and
/// returns.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> KafkaResult<()> {
    let mut read = 0;
    while read < n {
        let consumer = join(bootstrap_servers, group, topic)?;
        if let Err(error) = read_on(&consumer, &process, n, &mut read).await {
            eprintln!("begins again after: {error}");
            tokio::time::sleep(BACK_OFF).await;
        }
    }
    Ok(())
}

async fn read_on(consumer: &StreamConsumer, process: &Process, n: usize, read: &mut usize) -> KafkaResult<()> {
    while *read < n {
        process(&consumer.recv().await?);
        *read += 1;
    }
    Ok(())
}

fn join(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<StreamConsumer> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}
