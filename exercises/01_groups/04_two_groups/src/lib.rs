//! Two applications read the same topic.
//!
//! The coupon app and the mail app both need every sign-up. When one of them is stuck, the other goes on. Write `serve`, which runs both.
//! Check it with `cargo workbook check 1.4`, or with `cargo test` in this folder. Edit this file only.

use std::sync::Arc;

use rdkafka::{error::KafkaResult, message::BorrowedMessage};
use tokio_util::sync::CancellationToken;

/// What an app does with a record. Call it once for each record. It may take long, and blocks its thread as long as it takes.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Runs the coupon app, which calls `coupon` with every record of `topic`, and the mail app, which calls `mail` with every record of
/// `topic`, each from the topic's beginning and without waiting for the other. When `stop` is cancelled, both leave their groups, and
/// `serve` returns.
pub async fn serve(
    bootstrap_servers: &str,
    topic: &str,
    coupon_group: &str,
    coupon: Process,
    mail_group: &str,
    mail: Process,
    stop: CancellationToken,
) -> KafkaResult<()> {
    // TODO: 1 a consumer for each app   2 a loop for each app, which ends when `stop` is cancelled   3 run both loops side by side
    let _ = (bootstrap_servers, topic, coupon_group, coupon, mail_group, mail, stop);
    Ok(())
}
