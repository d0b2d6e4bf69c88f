//! Its callback waits for a task of the very runtime whose thread closes the consumer.

use std::{
    error::Error,
    sync::{Arc, mpsc},
};

use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    message::BorrowedMessage,
};
use tokio::{runtime, sync::mpsc::UnboundedSender};
use tokio_util::sync::CancellationToken;

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// What is done with a record. Call it once for each record. It may fail, and it may panic.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) -> Result<(), Failed> + Send + Sync>;

/// Reads `topic` as a consumer of `group`, and closes at each of its ends.
pub fn consume(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> Result<(), Failed> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (flush, mut flushes) = tokio::sync::mpsc::unbounded_channel::<mpsc::Sender<()>>();
        tokio::spawn(async move {
            while let Some(flushed) = flushes.recv().await {
                // What was counted would be written here.
                let _ = flushed.send(());
            }
        });
        let consumer: StreamConsumer<Watch> = ClientConfig::new()
            .set("bootstrap.servers", bootstrap_servers)
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .set("heartbeat.interval.ms", "300")
            .create_with_context(Watch { stop: stop.clone(), flush })?;
        consumer.subscribe(&[topic])?;
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                record = consumer.recv() => match record {
                    Ok(record) => process(&record)?,
                    Err(error) => eprintln!("goes on after: {error}"),
                },
            }
        }
    })
}

/// Has the counts written when the consumer closes.
struct Watch {
    stop: CancellationToken,
    flush: UnboundedSender<mpsc::Sender<()>>,
}

impl ClientContext for Watch {}

impl ConsumerContext for Watch {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if self.stop.is_cancelled() && matches!(rebalance, Rebalance::Revoke(_)) {
            let (flushed, is_flushed) = mpsc::channel();
            let _ = self.flush.send(flushed);
            let _ = is_flushed.recv();
        }
    }
}
