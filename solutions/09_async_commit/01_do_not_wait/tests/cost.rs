//! What each way to commit costs: the numbers and the picture of `{{#cost 09_async_commit/01_do_not_wait}}`.
//!
//! Four consumers, one after the other, do the same work and commit it each in its own way, with the answer to a commit held back for 0, 5
//! and 50 ms. To measure anew on a machine that does nothing else, about three minutes:
//!
//! ```text
//! WORKBOOK_RECORD=1 WORKBOOK_BROKER=container cargo test -p do_not_wait_solution --test cost -- --exact cost
//! ```
//!
//! It writes `book/cost/09_async_commit/01_do_not_wait.json` and the pictures beside it. Without `WORKBOOK_RECORD` nothing is measured:
//! a short run proves what no machine can change, that a commit which waits cannot be quicker than its answer.

#[path = "cost/draw.rs"]
mod draw;
#[path = "cost/numbers.rs"]
mod numbers;

use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use lab::trace::{Progress, Recording, Request, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use numbers::{BATCH, Cost, Row, STRATEGIES, WORK_MS};
use rdkafka::{
    ClientConfig, Message,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaResult,
};

/// By how many milliseconds the tap holds the answer to a commit back.
const DELAYS_MS: [u64; 3] = [0, 5, 50];
/// How long each consumer reads, and how long where nothing is measured. Two automatic commits fit into the first.
const MEASURED: Duration = Duration::from_secs(12);
const PROVED: Duration = Duration::from_millis(600);
/// More than a consumer can read in that time, each with a millisecond of work.
const RECORDS: usize = 13_000;

/// Measures, or proves the bounds.
#[test]
fn cost() {
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test: concat!(module_path!(), "::cost") };
    must_pass(&exam.judged(&mut reads_for_a_while, |lab| Box::pin(all_strategies(lab))));
}

/// One consumer, that commits as the number `strategy` says.
fn reads_for_a_while(seat: &Seat) -> Returned {
    let strategy = STRATEGIES[seat.number("strategy")].id;
    let time = Duration::from_millis(seat.number("milliseconds") as u64);
    let handed_over = seat.reached(1);
    let read = || -> KafkaResult<()> {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name(&group(strategy, seat.number("delay") as u64)))
            .set("auto.offset.reset", "earliest")
            // The rest of it is as it comes: an automatic commit every five seconds.
            .set("enable.auto.commit", if strategy == "automatic" { "true" } else { "false" });
        let consumer = config.create::<BaseConsumer>()?;
        consumer.subscribe(&[seat.name("T1")])?;
        let (mut until, mut count) = (None, 0);
        while until.is_none_or(|until| Instant::now() < until) {
            let Some(record) = consumer.poll(Duration::from_millis(100)) else { continue };
            let record = record?;
            until.get_or_insert_with(|| Instant::now() + time);
            handed_over(Progress::HandedOver, record.topic(), record.partition(), record.offset());
            thread::sleep(Duration::from_millis(WORK_MS));
            count += 1;
            match strategy {
                "sync_each" => consumer.commit_message(&record, CommitMode::Sync)?,
                "sync_batch" if count % BATCH == 0 => consumer.commit_message(&record, CommitMode::Sync)?,
                "async_batch" if count % BATCH == 0 => consumer.commit_message(&record, CommitMode::Async)?,
                _ => {}
            }
        }
        Ok(())
    };
    returned_by(read())
}

async fn all_strategies(lab: &mut Lab) -> Result<(), Outcome> {
    lab.needs_real_broker(say!("what a commit costs is for Kafka to say", "커밋의 비용은 실제 Kafka만 보여 준다"))?;
    let measured = lab.is_for_the_book();
    let (time, records, delays) = if measured { (MEASURED, RECORDS, &DELAYS_MS[..]) } else { (PROVED, 700, &DELAYS_MS[2..]) };
    lab.number("milliseconds", i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
    lab.topic("T1", 1, sign_ups(1, records)).await?;
    let mut rows = Vec::new();
    for delay_ms in delays {
        for number in 0..STRATEGIES.len() {
            let row = lab.aside("", async |lab: &mut Lab| one(lab, number, *delay_ms, time).await).await?;
            holds(&row)?;
            rows.push(row);
        }
    }
    if measured {
        let header = lab.seen().header;
        let cost = Cost { broker: header.broker, client: header.client, work_ms: WORK_MS, batch: BATCH, rows };
        let json = serde_json::to_string_pretty(&cost).map_err(|error| bug(error.to_string()))?;
        write("json", &(json + "\n"))?;
        for language in draw::LANGUAGES {
            write(&format!("{language}.svg"), &draw::picture(&cost, language))?;
        }
    }
    Ok(())
}

/// Lets one consumer read, in a group of its own, and counts.
async fn one(lab: &mut Lab, number: usize, delay_ms: u64, time: Duration) -> Result<Row, Outcome> {
    let strategy = STRATEGIES[number].id;
    lab.faults().mend();
    if delay_ms > 0 {
        lab.faults().on("OffsetCommit").delay(Duration::from_millis(delay_ms));
    }
    lab.number("strategy", i64::try_from(number).unwrap_or_default());
    lab.number("delay", i64::try_from(delay_ms).unwrap_or_default());
    let group = group(strategy, delay_ms);
    lab.group(&group);
    lab.start().await?;
    // Who waits for the end looks at every event, which shall cost nothing while it is measured.
    tokio::time::sleep(time).await;
    let run = lab.end(say!("{group} to read for a while", "{group}이 한동안 읽기")).await?;
    counted(&run.recording, strategy, delay_ms).ok_or_else(|| bug(format!("{group} did not read")))
}

/// A group of its own for each.
fn group(strategy: &str, delay_ms: u64) -> String {
    format!("G-{strategy}-{delay_ms}")
}

/// Records and answered commits between the first record and the last, over the time between them.
fn counted(recording: &Recording, strategy: &str, delay_ms: u64) -> Option<Row> {
    let handed_over = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, .. });
    let records: Vec<u64> = recording.find(handed_over).map(|(_, event)| event.at).collect();
    let (first, last) = (*records.first()?, *records.last()?);
    let seconds = (last - first) as f64 / 1e6;
    let asked = recording.find(|what| matches!(what, What::Request { request: Request::OffsetCommit { .. }, .. }));
    let mut took = Vec::new();
    for (index, request) in asked {
        let Some(answer) = recording.answer_to(index) else { continue };
        let at = recording.events[answer].at;
        if (first..=last).contains(&at) {
            took.push(at - request.at);
        }
    }
    took.sort_unstable();
    let tenths = |number: f64| (number * 10.0).round() / 10.0;
    (seconds > 0.0).then(|| Row {
        strategy: strategy.into(),
        delay_ms,
        records_per_s: tenths((records.len() - 1) as f64 / seconds),
        commits_per_s: tenths(took.len() as f64 / seconds),
        round_trip_ms: took.get(took.len() / 2).map(|median| tenths(*median as f64 / 1e3)),
    })
}

/// What holds on every machine, however busy: who waits for each answer reads no more than the waits and the work leave time for.
fn holds(row: &Row) -> Result<(), Outcome> {
    let waits_ms = match row.strategy.as_str() {
        "sync_each" => row.delay_ms as f64,
        // The first batch may come before the first wait.
        "sync_batch" => row.delay_ms as f64 / BATCH as f64 / 2.0,
        _ => 0.0,
    };
    let most = 1_000.0 / (waits_ms + WORK_MS as f64);
    // A tenth for what is counted at the ends.
    if row.records_per_s <= most * 1.1 { Ok(()) } else { Err(bug(format!("{row:?} is more than {most} records a second"))) }
}

/// The picture is what the numbers give; nobody has drawn in it.
#[test]
fn the_picture_is_drawn_from_the_numbers() {
    let cost: Cost = serde_json::from_str(&fs::read_to_string(file("json")).unwrap()).unwrap();
    assert_eq!(cost.rows.len(), STRATEGIES.len() * DELAYS_MS.len());
    for language in draw::LANGUAGES {
        let kept = fs::read_to_string(file(&format!("{language}.svg"))).unwrap();
        assert!(kept == draw::picture(&cost, language), "the picture in {language} is another: record it anew");
    }
}

/// `book/cost/STEP.END`.
fn file(end: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    root.join(format!("book/cost/09_async_commit/01_do_not_wait.{end}"))
}

fn write(end: &str, text: &str) -> Result<(), Outcome> {
    let to = file(end);
    let folder = to.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(&to, text)).map_err(|error| bug(format!("{}: {error}", to.display())))
}

fn bug(what: String) -> Outcome {
    Outcome::Bug { what }
}
