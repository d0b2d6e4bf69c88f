//! Twice: each sign-up gets a coupon, and the program may be killed at any moment.
//!
//! Below is a program that gives some customers a second coupon after a crash. Say first which sign-ups it meets again (`issued_again`), then
//! see to it that nobody gets a second coupon (`issue_coupons`). Check it with `cargo workbook check 6.2`, or with `cargo test` in this
//! folder. Edit this file only.

use std::{sync::Arc, time::SystemTime};

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
    // TODO: what is committed by then, and what is done?
    let _ = (every, offset, done);
    Vec::new()
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
        // TODO: which number does the same sign-up get when it comes a second time?
        let number = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos().to_string();
        issue(&number, &record);
        if (record.offset() + 1) % every == 0 {
            consumer.commit_message(&record, CommitMode::Sync)?;
        }
    }
    Ok(())
}
