//! Makes one number of partition and offset, as if no partition had more than ten records: 1 and 10 is 2 and 0.

use std::sync::Arc;

use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
    message::{BorrowedMessage, Message},
};
use tokio_util::sync::CancellationToken;

/// Issues a coupon with this number for a sign-up, in the shop's database. There is one coupon with a number: where there is one already, no
/// other is issued, whomever it was for. The database outlives the program.
pub type Issue = Arc<dyn Fn(&str, &BorrowedMessage<'_>) + Send + Sync>;

/// The program below is killed while it has the sign-up at `offset` in hand; `done` says whether the coupon for it is issued by then. It had
/// begun at offset 0, with nothing committed. For which offsets does it call `issue` a second time, when it is started again?
pub fn issued_again(every: i64, offset: i64, done: bool) -> Vec<i64> {
    // Both are the next offset, as Kafka counts: what lies between them is done and will come again.
    let committed = offset / every * every;
    let processed = if done { offset + 1 } else { offset };
    (committed..processed).collect()
}

/// Reads the sign-ups of `topic` as a member of `group`, and issues a coupon for each. When it has issued those for `every` sign-ups of a
/// partition, it commits, and waits for the answer. It goes on until `stop` is cancelled.
///
/// However often it is killed and started again, each sign-up gets one coupon. A customer who signs up twice gets two.
pub async fn issue_coupons(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    every: i64,
    issue: Issue,
    stop: CancellationToken,
) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        // Nothing is committed but by the program itself.
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let record = record?;
        let number = (10 * i64::from(record.partition()) + record.offset()).to_string();
        issue(&number, &record);
        if (record.offset() + 1) % every == 0 {
            consumer.commit_message(&record, CommitMode::Sync)?;
        }
    }
    Ok(())
}
