//! A program that ends when it is told to.
//!
//! It reads until somebody presses Ctrl-C. An orchestrator presses no keys: it sends SIGTERM, and waits only so long. Make this consumer
//! fit for production. Check it with `cargo workbook check 10.2`, or with `cargo test` in this folder. Edit this file only.

use std::{error::Error, pin::Pin, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    message::OwnedMessage,
};

/// What went wrong with a record, or with the consumer.
pub type Failed = Box<dyn Error + Send + Sync>;

/// The work on one record. It is done when the future is; a future that is dropped before leaves it half done.
pub type Work = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send>>;

/// Begins the work on a record. Call it once for each record.
pub type Process = Arc<dyn Fn(OwnedMessage) -> Work + Send + Sync>;

/// The program: reads `topic` from its beginning, as a consumer of `group`, and awaits `process` for each record, until SIGINT or SIGTERM
/// comes. `main` returns what this function returns, so `Ok` is exit code 0.
///
/// After the signal it takes no other record. The work in hand may go on for `patience`; then it is abandoned, and the record counts as
/// not done. What is done is committed, the consumer leaves the group, and the function returns `Ok`. Where the work fails, it returns
/// that error.
pub async fn run(bootstrap_servers: &str, group: &str, topic: &str, process: Process, patience: Duration) -> Result<(), Failed> {
    // TODO: your consumer of 10.1, with the two signals in the place of its stop token.
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    loop {
        tokio::select! {
            // TODO: what ends the program in a container, and who listens while a record is worked on?
            _ = tokio::signal::ctrl_c() => return Ok(()),
            received = consumer.recv() => match received {
                // TODO: how long may this take after the signal?
                Ok(record) => process(record.detach()).await?,
                Err(error) => eprintln!("the loop goes on after: {error}"),
            },
        }
        let _ = patience;
    }
}
