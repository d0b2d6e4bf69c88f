//! The facts that `03_fetch_sizes` shows, asked of the broker itself. `book/facts.toml` names these tests; each fails when its fact
//! changes.

use std::time::Duration;

use lab::trace::{Recording, Request, Response, What};
use lab::{Data, Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
};

/// C12: the broker keeps a Fetch until `fetch.min.bytes` are there.
#[test]
fn a_fetch_is_kept_until_its_minimum_is_there() {
    let test = concat!(module_path!(), "::a_fetch_is_kept_until_its_minimum_is_there");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| {
        Box::pin(async {
            prepare(lab, 1).await?;
            start(lab, Settings { min: 10_000, wait: 20_000, most: 1_048_576 }).await?;
            asked(lab).await?;
            lab.produce_each("T1", vec![record(0, 100)], Duration::ZERO).await?;
            let enough = vec![record(0, 6_000), record(0, 6_000)];
            lab.produce_each("T1", enough, Duration::ZERO).await?;
            let first = answers(lab, 1).await?.remove(0);
            // The small record alone did not end the wait; more did, long before its end.
            (first.records[0] >= 2 && first.took_ms < 15_000).then_some(()).ok_or_else(|| bug(&first))
        })
    }));
}

/// C13: `fetch.wait.max.ms` is the longest that the broker keeps a Fetch, no period: a record ends the wait.
#[test]
fn the_wait_ends_with_the_first_record() {
    let test = concat!(module_path!(), "::the_wait_ends_with_the_first_record");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| {
        Box::pin(async {
            prepare(lab, 1).await?;
            start(lab, Settings { min: 1, wait: 20_000, most: 1_048_576 }).await?;
            asked(lab).await?;
            lab.produce_each("T1", vec![record(0, 100)], Duration::ZERO).await?;
            let first = answers(lab, 1).await?.remove(0);
            if first.records[0] != 1 || first.took_ms >= 15_000 {
                return Err(bug(&first));
            }
            lab.ask_to_stop()?;
            lab.end(say!("the consumer to end", "컨슈머가 끝나기")).await?;
            lab.begin_anew("short_of_the_minimum");

            // With a minimum that is not reached, the same record comes when the wait is over.
            start(lab, Settings { min: 10_000, wait: 700, most: 1_048_576 }).await?;
            let first = answers(lab, 1).await?.remove(0);
            (first.records[0] == 1 && (690..15_000).contains(&first.took_ms)).then_some(()).ok_or_else(|| bug(&first))
        })
    }));
}

/// C14: the first batch of an answer comes whole, however small `max.partition.fetch.bytes` is; no other partition's batch comes with it.
#[test]
fn the_first_batch_comes_whole() {
    let test = concat!(module_path!(), "::the_first_batch_comes_whole");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| {
        Box::pin(async {
            let batches = [0, 1, 0, 1, 0, 1].map(|partition| record(partition, 5_000));
            prepare(lab, 2).await?;
            lab.produce_each("T1", batches.to_vec(), Duration::ZERO).await?;
            start(lab, Settings { min: 1, wait: 20_000, most: 1_000 }).await?;
            let answers = answers(lab, 6).await?;
            let one_at_a_time = |answer: &Answer| answer.records.iter().sum::<u32>() == 1;
            let both_asked = answers.iter().filter(|answer| answer.records.len() == 2).count();
            match answers.iter().find(|answer| !one_at_a_time(answer)) {
                Some(answer) => Err(bug(answer)),
                None if both_asked == 0 => Err(Outcome::Bug { what: "no Fetch asked for both partitions".into() }),
                None => Ok(()),
            }
        })
    }));
}

/// What a Fetch of the consumer asks for.
struct Settings {
    min: i64,
    wait: i64,
    most: i64,
}

/// One answer to a Fetch: how long it was kept, and how many records it brought of each partition that was asked for.
#[derive(Debug)]
struct Answer {
    took_ms: u64,
    records: Vec<u32>,
}

/// Reads T1 with the settings that the test announced, until it is asked to stop.
fn sit(seat: &Seat) -> Returned {
    let read = || {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .set("fetch.min.bytes", seat.number("min").to_string())
            .set("fetch.wait.max.ms", seat.number("wait").to_string())
            .set("max.partition.fetch.bytes", seat.number("most").to_string())
            .create()?;
        consumer.subscribe(&[seat.name("T1")])?;
        let stop = seat.stop();
        while !stop.is_cancelled() {
            consumer.poll(Duration::from_millis(20));
        }
        Ok::<_, rdkafka::error::KafkaError>(())
    };
    returned_by(read())
}

/// T1 and G1.
async fn prepare(lab: &mut Lab, partitions: i32) -> Result<(), Outcome> {
    lab.needs_real_broker(say!(
        "the embedded broker does not heed fetch.min.bytes, and does not notice a record that is written while a Fetch waits",
        "내장 브로커는 fetch.min.bytes를 무시하고, Fetch가 기다리는 동안 쓰인 레코드를 알아채지 못한다"
    ))?;
    lab.group("G1");
    lab.topic("T1", partitions, Vec::new()).await
}

/// Starts the consumer.
async fn start(lab: &mut Lab, settings: Settings) -> Result<(), Outcome> {
    for (name, number) in [("min", settings.min), ("wait", settings.wait), ("most", settings.most)] {
        lab.number(name, number);
    }
    lab.start().await
}

async fn asked(lab: &Lab) -> Result<(), Outcome> {
    let fetch = say!("a Fetch", "Fetch 요청");
    let is_asked = |seen: &Recording, _: &_| {
        seen.find(|what| matches!(what, What::Request { request: Request::Fetch { .. }, .. })).count() > 0
    };
    lab.until(Duration::from_secs(20), fetch, is_asked)
        .await
        .then_some(())
        .ok_or_else(|| Outcome::Bug { what: "no Fetch".into() })
}

/// The first `count` answers that brought records.
async fn answers(lab: &Lab, count: usize) -> Result<Vec<Answer>, Outcome> {
    let of = |seen: &Recording| -> Vec<Answer> {
        let answers = seen.events.iter().filter_map(|event| match &event.what {
            What::Response { took, response: Response::Fetch { partitions, .. }, .. } => {
                Some(Answer { took_ms: took / 1000, records: partitions.values().map(|fetched| fetched.records).collect() })
            }
            _ => None,
        });
        answers.filter(|answer| answer.records.iter().any(|records| *records > 0)).collect()
    };
    let wait = say!("{count} answers with records", "레코드가 든 응답 {count}개");
    lab.until(Duration::from_secs(20), wait, |seen, _| of(seen).len() >= count).await;
    let answers = of(&lab.seen());
    if answers.len() < count {
        return Err(Outcome::Bug { what: format!("only {answers:?} came") });
    }
    Ok(answers)
}

fn record(partition: i32, bytes: usize) -> Data {
    Data { partition, key: None, value: Some(vec![b'x'; bytes]) }
}

fn bug(answer: &Answer) -> Outcome {
    Outcome::Bug { what: format!("{answer:?}") }
}
