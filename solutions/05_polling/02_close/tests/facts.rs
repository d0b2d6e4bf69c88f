//! What the page of `02_close` says of closing with automatic commits, asked of the broker itself. A consumer fails at its first record
//! and is dropped. How far has its group got then?

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use close::{Failed, Process, consume};
use lab::{Exam, Lab, Outcome, Progress, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig, Message, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};

const RECORDS: usize = 5_000;
/// Closing races with the client's own thread, so it is tried a few times.
const TRIES: usize = 60;

/// Dropping commits the record that has just failed: the next consumer starts behind it. Now and then it commits more: records that were
/// fetched ahead, which `drop` polls and throws away.
#[test]
fn closing_commits_what_nobody_has_processed() {
    let test = concat!(module_path!(), "::closing_commits_what_nobody_has_processed");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut fails_again_and_again, |lab| {
        Box::pin(async move {
            let passed = passed(lab).await?;
            match (passed.iter().min(), passed.iter().max()) {
                (Some(1..), Some(2..)) => Ok(()),
                _ => Err(Outcome::Bug { what: format!("the commits passed {passed:?} records") }),
            }
        })
    }));
}

/// Where offsets are stored by the program, after the work, closing commits nothing else: the record that failed comes again.
#[test]
fn closing_commits_what_was_stored() {
    let test = concat!(module_path!(), "::closing_commits_what_was_stored");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut fails_without_storing, |lab| {
        Box::pin(async move {
            let passed = passed(lab).await?;
            match !passed.is_empty() && passed.iter().all(|passed| *passed == 0) {
                true => Ok(()),
                false => Err(Outcome::Bug { what: format!("the commits passed {passed:?} records") }),
            }
        })
    }));
}

/// How many records the group has passed with each consumer, the one that failed counted.
async fn passed(lab: &mut Lab) -> Result<Vec<i64>, Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, RECORDS)).await?;
    lab.start().await?;
    let run = lab.end(say!("one consumer after the other fails", "컨슈머가 하나씩 차례로 실패한다")).await?;
    Ok(run.returned().unwrap_or_default())
}

/// What G1 has committed for T1-0; 0 where it has committed nothing.
fn committed(seat: &Seat) -> KafkaResult<i64> {
    let mut config = ClientConfig::new();
    let config = config.set("bootstrap.servers", seat.bootstrap()).set("group.id", seat.name("G1"));
    let mut asked = TopicPartitionList::new();
    asked.add_partition(seat.name("T1"), 0);
    let told = config.create::<BaseConsumer>()?.committed_offsets(asked, Duration::from_secs(10))?;
    Ok(told.elements().first().and_then(|partition| partition.offset().to_raw()).unwrap_or(0).max(0))
}

/// Runs the solution until a commit passes more than the record that failed. It may pass all that there are.
fn fails_again_and_again(seat: &Seat) -> Returned {
    let (first, reached) = (Arc::new(AtomicI64::new(0)), seat.reached(1));
    let at = first.clone();
    let process: Process = Arc::new(move |record| {
        reached(Progress::HandedOver, record.topic(), record.partition(), record.offset());
        at.store(record.offset(), Relaxed);
        Err(Failed::from("no such country"))
    });
    let mut passed = Vec::new();
    while passed.len() < TRIES && passed.iter().all(|passed| *passed <= 1) {
        let _failed = consume(seat.bootstrap(), seat.name("G1"), seat.name("T1"), process.clone(), seat.stop());
        match committed(seat) {
            Ok(committed) => passed.push(committed - first.load(Relaxed)),
            Err(error) => return Err(error.to_string()),
        }
    }
    returned_by::<_, String>(Ok(passed))
}

/// The same, with consumers that store no offset unless the work is done.
fn fails_without_storing(seat: &Seat) -> Returned {
    let reached = seat.reached(1);
    let one = || -> KafkaResult<i64> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.offset.store", "false")
            .create()?;
        consumer.subscribe(&[seat.name("T1")])?;
        let first = loop {
            if let Some(record) = consumer.poll(None).transpose()? {
                reached(Progress::HandedOver, record.topic(), record.partition(), record.offset());
                break record.offset();
            }
        };
        drop(consumer);
        Ok(committed(seat)? - first)
    };
    returned_by((0..8).map(|_| one()).collect::<KafkaResult<Vec<i64>>>())
}
