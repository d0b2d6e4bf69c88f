//! A thread for each app, which polls a `BaseConsumer`; both threads are waited for.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
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
    let mut apps = Vec::new();
    for (group, process) in [(coupon_group, coupon), (mail_group, mail)] {
        let consumer = consumer(bootstrap_servers, topic, group)?;
        let stop = stop.clone();
        apps.push(std::thread::spawn(move || run(&consumer, &process, &stop)));
    }
    stop.cancelled().await;
    for app in apps {
        app.join().expect("no app panics");
    }
    Ok(())
}

fn consumer(bootstrap_servers: &str, topic: &str, group: &str) -> KafkaResult<BaseConsumer> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}

/// One app: calls `process` with what its group is given, until `stop` is cancelled. Then the consumer is dropped, which leaves the group.
fn run(consumer: &BaseConsumer, process: &Process, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(record)) => process(&record),
            Some(Err(error)) => eprintln!("goes on after: {error}"),
            None => {}
        }
    }
}
