//! What happens to records that are fetched and not handed over when a consumer is dropped: rdkafka's `Drop` polls until the consumer is
//! closed, throws away what these polls give, and with automatic commit their offsets may be committed as if they had been processed. The
//! page of `01_poll_loop` says so; these tests fail when it is no longer true.

use std::{collections::BTreeMap, time::Duration};

use lab::trace::{Recording, Request, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, progress, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};

const RECORDS: usize = 400;
const PARTITIONS: i32 = 4;
const PROCESSED: usize = 3;
/// It is a race between the polls and the close, which nobody wins every time.
const RUNS: usize = 25;

#[test]
fn dropping_may_commit_what_is_thrown_away() {
    let test = concat!(module_path!(), "::dropping_may_commit_what_is_thrown_away");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut |seat| sit(seat, false), |lab| Box::pin(is_seen(lab, RUNS, true))));
}

#[test]
fn a_consumer_that_is_paused_first_commits_what_was_processed() {
    let test = concat!(module_path!(), "::a_consumer_that_is_paused_first_commits_what_was_processed");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut |seat| sit(seat, true), |lab| Box::pin(is_seen(lab, 8, false))));
}

/// Processes three records, and drops the consumer.
fn sit(seat: &Seat, pauses: bool) -> Returned {
    let process = seat.process(1);
    let read = || -> KafkaResult<()> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("auto.offset.reset", "earliest")
            .create()?;
        consumer.subscribe(&[seat.name("T1")])?;
        let mut processed = 0;
        while processed < PROCESSED {
            if let Some(Ok(record)) = consumer.poll(Duration::from_secs(1)) {
                process(&record);
                processed += 1;
            }
        }
        if pauses {
            consumer.pause(&consumer.assignment()?)?;
        }
        Ok(())
    };
    returned_by(read())
}

/// Drops a consumer up to `runs` times. More was committed than processed: in one run at least where `lost`, else in none.
async fn is_seen(lab: &mut Lab, runs: usize, lost: bool) -> Result<(), Outcome> {
    lab.needs_real_broker(say!("on the embedded broker each run takes a second", "내장 브로커에서는 실행마다 1초가 걸린다"))?;
    lab.group("G1");
    lab.topic("T1", PARTITIONS, sign_ups(PARTITIONS, RECORDS)).await?;
    for n in 1..=runs {
        lab.start().await?;
        let run = lab.end(say!("the consumer to be dropped", "컨슈머가 드롭되기")).await?;
        let (processed, committed) = (run.processed().len() as i64, committed(&run.recording));
        match committed > processed {
            true if lost => {
                progress::say(&format!("run {n}: {processed} records processed, {committed} committed"));
                return Ok(());
            }
            true => return Err(Outcome::Bug { what: format!("{processed} records processed, {committed} committed") }),
            false => {}
        }
    }
    let what = format!("in {runs} runs no record was committed that had not been processed");
    if lost { Err(Outcome::Bug { what }) } else { Ok(()) }
}

/// How many records the last commits of all partitions cover.
fn committed(seen: &Recording) -> i64 {
    let mut last = BTreeMap::new();
    for event in &seen.events {
        if let What::Request { request: Request::OffsetCommit { offsets, .. }, .. } = &event.what {
            last.extend(offsets.iter().map(|(partition, offset)| (partition.clone(), *offset)));
        }
    }
    last.values().sum()
}
