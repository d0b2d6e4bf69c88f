//! Each app reads with the consumer of the other one: both get every record, and each group keeps the progress of the wrong app.

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
    let one = run(consumer(bootstrap_servers, topic, coupon_group, "C1")?, mail, stop.clone());
    let other = run(consumer(bootstrap_servers, topic, mail_group, "C2")?, coupon, stop);
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    one.await.expect("it does not panic");
    other.await.expect("it does not panic");
    Ok(())
}

/// A consumer in `group`. Its client id is a name for logs, and no more.
fn consumer(bootstrap_servers: &str, topic: &str, group: &str, client: &str) -> KafkaResult<StreamConsumer> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("client.id", client)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}

/// One app: calls `process` with what its group is given, until `stop` is cancelled. Then the consumer is dropped, which leaves the group.
async fn run(consumer: StreamConsumer, process: Process, stop: CancellationToken) {
    loop {
        let received = tokio::select! {
            () = stop.cancelled() => return,
            received = consumer.recv() => received,
        };
        match received {
            Ok(record) => process(&record),
            Err(error) => eprintln!("goes on after: {error}"),
        }
    }
}
