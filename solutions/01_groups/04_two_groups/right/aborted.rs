//! Tasks that read for ever, and are aborted and waited for at the stop: `recv` is where they end.

use std::sync::Arc;

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
    let coupon_app = tokio::spawn(run(consumer(bootstrap_servers, topic, coupon_group)?, coupon));
    let mail_app = tokio::spawn(run(consumer(bootstrap_servers, topic, mail_group)?, mail));
    stop.cancelled().await;
    for app in [coupon_app, mail_app] {
        app.abort();
        // It has dropped its consumer by then.
        let _aborted = app.await;
    }
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

/// One app: calls `process` with what its group is given.
async fn run(consumer: StreamConsumer, process: Process) {
    loop {
        match consumer.recv().await {
            Ok(record) => process(&record),
            Err(error) => eprintln!("goes on after: {error}"),
        }
    }
}
