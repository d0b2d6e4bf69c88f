//! It waits until one of its threads has ended, and takes that for the end of all.

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

/// Runs one consumer of `group` for each element of `processes`, all at the same time, each on a thread of its own. Consumer i reads
/// `topic` from its beginning and calls `processes[i]` with each record that it gets.
///
/// They read until `stop` is cancelled. One that panics is gone; the others go on and take over what it held. Returns when all have ended,
/// and says of each consumer, in their order, how.
pub fn consume_all(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    processes: &[Process],
    stop: CancellationToken,
) -> Vec<Ended> {
    let consumers = processes.iter().map(|process| {
        let (bootstrap_servers, group, topic) = (bootstrap_servers.to_owned(), group.to_owned(), topic.to_owned());
        let (process, stop) = (process.clone(), stop.clone());
        thread::spawn(move || consume(&bootstrap_servers, &group, &topic, &process, &stop))
    });
    let consumers: Vec<_> = consumers.collect();
    while !consumers.iter().any(|consumer| consumer.is_finished()) {
        thread::sleep(Duration::from_millis(20));
    }
    consumers.into_iter().map(|consumer| if consumer.is_finished() { consumer.join() } else { Ok(Ok(())) }).collect()
}

/// One consumer. It has left the group when this returns, and when a panic leaves it.
fn consume(bootstrap_servers: &str, group: &str, topic: &str, process: &Process, stop: &CancellationToken) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        // The others hear that one has come or gone at their next heartbeat; the default is one in 3 s.
        .set("heartbeat.interval.ms", "300")
        .create()?;
    consumer.subscribe(&[topic])?;
    while !stop.is_cancelled() {
        match consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Ok(record)) => process(&record),
            Some(Err(error)) => eprintln!("a consumer goes on after: {error}"),
        }
    }
    Ok(())
}
