//! Four consumers, and one thread that polls them in turn.

use std::{sync::Arc, thread, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record. It may panic.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// How a consumer has ended: what `consume` returned, or the panic that ended its thread.
pub type Ended = thread::Result<KafkaResult<()>>;

/// Runs one consumer of `group` for each element of `processes`, each on a thread of its own. Says how each has ended.
pub fn consume_all(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    processes: &[Process],
    stop: CancellationToken,
) -> Vec<Ended> {
    let consumers: KafkaResult<Vec<BaseConsumer>> = processes.iter().map(|_| create(bootstrap_servers, group, topic)).collect();
    let consumers = match consumers {
        Ok(consumers) => consumers,
        Err(error) => return vec![Ok(Err(error))],
    };
    while !stop.is_cancelled() {
        for (consumer, process) in consumers.iter().zip(processes) {
            match consumer.poll(Duration::from_millis(20)) {
                None => {}
                Some(Ok(record)) => process(&record),
                Some(Err(error)) => eprintln!("a consumer goes on after: {error}"),
            }
        }
    }
    processes.iter().map(|_| Ok(Ok(()))).collect()
}

/// A consumer that has subscribed.
fn create(bootstrap_servers: &str, group: &str, topic: &str) -> KafkaResult<BaseConsumer> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "300")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}
