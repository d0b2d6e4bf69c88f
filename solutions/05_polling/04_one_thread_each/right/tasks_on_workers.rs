//! Tasks on a runtime with a worker for each of them.

use std::{sync::Arc, thread};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio::{runtime, task::{JoinError, JoinHandle}};
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
    let runtime = match runtime::Builder::new_multi_thread().worker_threads(processes.len() + 1).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return vec![Err(Box::new(error))],
    };
    let start = |process: &Process| {
        let (bootstrap_servers, group, topic) = (bootstrap_servers.to_owned(), group.to_owned(), topic.to_owned());
        let (process, stop) = (process.clone(), stop.clone());
        runtime.spawn(async move { consume(&bootstrap_servers, &group, &topic, &process, &stop).await })
    };
    let consumers: Vec<_> = processes.iter().map(start).collect();
    let ended = |consumer: JoinHandle<_>| runtime.block_on(consumer).map_err(JoinError::into_panic);
    consumers.into_iter().map(ended).collect()
}

/// One consumer. It has left the group when this returns, and when a panic leaves it.
async fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: &Process,
    stop: &CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "300")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            record = consumer.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a consumer goes on after: {error}"),
            },
        }
    }
}
