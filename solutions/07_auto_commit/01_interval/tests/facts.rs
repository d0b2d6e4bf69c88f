//! The fact that `01_interval` shows, asked of the client and of the broker. `book/facts.toml` names this test; it fails when the fact changes.

use std::time::{Duration, Instant};

use lab::trace::{Progress, Request, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig, Message,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};

const INTERVAL: Duration = Duration::from_millis(300);

/// C31: the interval is in milliseconds, 5000 by default, and a timer of the client keeps it: it commits what was handed over, while the program
/// works on it and polls no more.
#[test]
fn a_timer_commits_what_was_handed_over() {
    let native = ClientConfig::new().create_native_config().unwrap();
    assert_eq!(native.get("auto.commit.interval.ms").unwrap(), "5000");
    let test = concat!(module_path!(), "::a_timer_commits_what_was_handed_over");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut |seat| works_on_one_record(seat, "enable.auto.commit", "true"), |lab| {
        Box::pin(it_is_committed_meanwhile(lab))
    }));
}

/// `auto.commit.enable` is taken, and switches nothing off.
#[test]
fn the_older_name_switches_nothing_off() {
    let test = concat!(module_path!(), "::the_older_name_switches_nothing_off");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    let mut sit = |seat: &Seat| works_on_one_record(seat, "auto.commit.enable", "false");
    must_pass(&exam.judged(&mut sit, |lab| Box::pin(it_is_committed_meanwhile(lab))));
}

/// Takes one record, and works on it until it is asked to stop.
fn works_on_one_record(seat: &Seat, property: &str, value: &str) -> Returned {
    let read = || -> KafkaResult<()> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("auto.offset.reset", "earliest")
            .set(property, value)
            .set("auto.commit.interval.ms", INTERVAL.as_millis().to_string())
            .create()?;
        consumer.subscribe(&[seat.name("T1")])?;
        let reached = seat.reached(1);
        loop {
            let Some(Ok(record)) = consumer.poll(Duration::from_millis(100)) else { continue };
            reached(Progress::HandedOver, record.topic(), record.partition(), record.offset());
            let began = Instant::now();
            while !seat.stop().is_cancelled() && began.elapsed() < Duration::from_secs(60) {
                std::thread::sleep(Duration::from_millis(20));
            }
            reached(Progress::Processed, record.topic(), record.partition(), record.offset());
            return Ok(());
        }
    };
    returned_by(read())
}

async fn it_is_committed_meanwhile(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, 10)).await?;
    lab.start().await?;
    let commits = |what: &What| matches!(what, What::Request { request: Request::OffsetCommit { .. }, .. });
    let a_commit = say!("a commit of the record in hand", "처리 중인 레코드의 커밋");
    lab.until(Duration::from_secs(20), a_commit, |seen, _| seen.first(commits).is_some()).await;
    lab.ask_to_stop()?;
    let run = lab.end(say!("the program ends", "프로그램이 끝난다")).await?;
    let bug = |what: &str| Outcome::Bug { what: what.to_owned() };
    let index = run.recording.first(commits).ok_or_else(|| bug("nothing was committed"))?;
    let What::Request { request: Request::OffsetCommit { offsets, .. }, .. } = &run.recording.events[index].what else {
        return Err(bug("no commit"));
    };
    let processed = run.recording.first(|what| matches!(what, What::Record { progress: Progress::Processed, .. })).unwrap_or(0);
    match offsets.values().next() {
        // Five seconds would be the default; five hundred milliseconds, taken for seconds, would never end. The timer may come between
        // `poll` and the report that the record was handed over.
        Some(1) if index < processed && run.recording.events[index].at < 20_000_000 => Ok(()),
        offset => Err(bug(&format!("{offset:?} at event {index}, processed at {processed}"))),
    }
}
