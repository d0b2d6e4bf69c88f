//! Takes a second without a record for the end of the sign-ups.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
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
    let coupon_app = run(consumer(bootstrap_servers, topic, coupon_group)?, coupon, stop.clone());
    let mail_app = run(consumer(bootstrap_servers, topic, mail_group)?, mail, stop);
    // A task each: a `process` that blocks keeps one worker of the runtime busy, and the other app runs on another.
    let (coupon_app, mail_app) = (tokio::spawn(coupon_app), tokio::spawn(mail_app));
    coupon_app.await.expect("the coupon app does not panic");
    mail_app.await.expect("the mail app does not panic");
    Ok(())
}

fn consumer(bootstrap_servers: &str, topic: &str, group: &str) -> KafkaResult<StreamConsumer> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}

/// One app: calls `process` with what its group is given, until nothing has come for a second.
async fn run(consumer: StreamConsumer, process: Process, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match tokio::time::timeout(Duration::from_secs(1), consumer.recv()).await {
            Ok(Ok(record)) => process(&record),
            Ok(Err(error)) => eprintln!("goes on after: {error}"),
            Err(_) => return,
        }
    }
}
