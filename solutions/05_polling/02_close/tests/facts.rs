//! What the page of `02_close` says of closing with automatic commits, asked of the broker itself. A consumer fails at its first record,
//! is dropped, and the next one starts: at which record?

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use close::{Failed, Process, consume};
use lab::{Exam, Lab, Outcome, Progress, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig, Message,
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
            let steps = steps(lab).await?;
            let (least, most) = (steps.iter().min().copied(), steps.iter().max().copied());
            match (least, most) {
                (Some(1..), Some(2..)) => Ok(()),
                _ => Err(Outcome::Bug { what: format!("from one consumer to the next: {steps:?} records") }),
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
            let steps = steps(lab).await?;
            match steps.iter().all(|step| *step == 0) {
                true => Ok(()),
                false => Err(Outcome::Bug { what: format!("from one consumer to the next: {steps:?} records") }),
            }
        })
    }));
}

/// How far apart the first records of two consumers are that follow each other.
async fn steps(lab: &mut Lab) -> Result<Vec<i64>, Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, RECORDS)).await?;
    lab.start().await?;
    let run = lab.end(say!("one consumer after the other fails", "컨슈머가 하나씩 차례로 실패한다")).await?;
    let firsts: Vec<i64> = run.returned().unwrap_or_default();
    Ok(firsts.windows(2).map(|pair| pair[1] - pair[0]).collect())
}

/// Runs the solution until a consumer starts further than one record behind the one before.
fn fails_again_and_again(seat: &Seat) -> Returned {
    let (first, reached) = (Arc::new(AtomicI64::new(0)), seat.reached(1));
    let at = first.clone();
    let process: Process = Arc::new(move |record| {
        reached(Progress::HandedOver, record.topic(), record.partition(), record.offset());
        at.store(record.offset(), Relaxed);
        Err(Failed::from("no such country"))
    });
    let mut firsts: Vec<i64> = Vec::new();
    for _ in 0..TRIES {
        let _failed = consume(seat.bootstrap(), seat.name("G1"), seat.name("T1"), process.clone(), seat.stop());
        firsts.push(first.load(Relaxed));
        if firsts.windows(2).any(|pair| pair[1] - pair[0] > 1) {
            break;
        }
    }
    returned_by::<_, String>(Ok(firsts))
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
        loop {
            if let Some(record) = consumer.poll(None).transpose()? {
                reached(Progress::HandedOver, record.topic(), record.partition(), record.offset());
                return Ok(record.offset());
            }
        }
    };
    returned_by((0..8).map(|_| one()).collect::<KafkaResult<Vec<i64>>>())
}
