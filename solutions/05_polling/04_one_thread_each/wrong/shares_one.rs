//! One consumer, polled by four threads: librdkafka allows it.

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
    let consumer: KafkaResult<BaseConsumer> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "300")
        .create();
    let consumer = match consumer.and_then(|consumer| consumer.subscribe(&[topic]).map(|()| consumer)) {
        Ok(consumer) => consumer,
        Err(error) => return vec![Ok(Err(error))],
    };
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for process in processes {
            threads.push(scope.spawn(|| {
                while !stop.is_cancelled() {
                    match consumer.poll(Duration::from_millis(100)) {
                        None => {}
                        Some(Ok(record)) => process(&record),
                        Some(Err(error)) => eprintln!("a thread goes on after: {error}"),
                    }
                }
                Ok(())
            }));
        }
        threads.into_iter().map(|thread| thread.join()).collect()
    })
}
