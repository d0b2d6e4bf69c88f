//! Each consumer has a thread of its own, and all of them call the first `process`.

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
    thread::scope(|scope| {
        let stop = &stop;
        let mut consumers = Vec::new();
        for _ in processes {
            let process = &processes[0];
            consumers.push(scope.spawn(move || consume(bootstrap_servers, group, topic, process, stop)));
        }
        consumers.into_iter().map(|consumer| consumer.join()).collect()
    })
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
