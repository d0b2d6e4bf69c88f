//! What the book shows beside the answer: other strategies, killed at the same points. None of it judges.

use lab::{Lab, Outcome, Plan, Seat};
use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
};

use super::INTERVAL;

/// A strategy is called as its recording.
pub(super) const STRATEGIES: [&str; 4] = ["auto", "sync", "async", "both"];
/// Those that commit by hand do it after so many records.
const BATCH: usize = 2;

/// Reads T1 with one of the strategies.
pub(super) async fn read(seat: &Seat, strategy: &str) -> KafkaResult<()> {
    let (mode, at_the_end) = match strategy {
        "auto" => (None, None),
        "sync" => (Some(CommitMode::Sync), None),
        "async" => (Some(CommitMode::Async), None),
        _ => (Some(CommitMode::Async), Some(CommitMode::Sync)),
    };
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", seat.bootstrap()).set("group.id", seat.name("G1")).set("auto.offset.reset", "earliest");
    config.set("auto.commit.interval.ms", INTERVAL.as_millis().to_string()).set("enable.auto.commit", mode.is_none().to_string());
    let consumer: StreamConsumer = config.create()?;
    consumer.subscribe(&[seat.name("T1")])?;
    let (process, stop) = (seat.process(1), seat.stop());
    let mut batch = Vec::new();
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let record = record?;
        process(&record);
        batch.push(record);
        if let Some(mode) = mode.filter(|_| batch.len() == BATCH) {
            consumer.commit_message(&batch[BATCH - 1], mode)?;
            batch.clear();
        }
    }
    match (at_the_end, batch.last()) {
        (Some(mode), Some(last)) => consumer.commit_message(last, mode),
        _ => Ok(()),
    }
}

/// Kills each of the strategies at each point.
pub(super) async fn shoot(lab: &mut Lab, plan: &Plan) -> Result<(), Outcome> {
    for (number, strategy) in STRATEGIES.into_iter().enumerate() {
        lab.number("film", number as i64);
        let matrix = lab.crash_matrix(plan).await?;
        lab.keep_matrix(strategy, &matrix);
    }
    Ok(())
}
