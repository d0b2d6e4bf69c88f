//! What the book shows besides, and nobody is judged by: librdkafka's own retry. Two asynchronous commits are on their way. The first is refused for a
//! reason that will pass, the second is taken, and the client sends the first again. The next consumer begins there.

use std::time::Duration;

use lab::trace::{Progress, Recording, Response, What};
use lab::{Lab, Outcome, Returned, Seat, say, sign_ups};
use rdkafka::{
    ClientConfig, Message,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
};

/// The number that says: film, instead of the answer.
pub const FILM: &str = "film";
const SOON: Duration = Duration::from_secs(20);
pub const RECORDS: usize = 20;

/// In the program's process: a consumer that commits 10 and 20 and never retries, and after it one that goes on.
pub fn never_retries(seat: &Seat) -> Returned {
    seat.block_on(async {
        for number in [1, 2] {
            let consumer: StreamConsumer = ClientConfig::new()
                .set("bootstrap.servers", seat.bootstrap())
                .set("group.id", seat.name("G2"))
                .set("client.id", format!("C{number}"))
                .set("auto.offset.reset", "earliest")
                .set("enable.auto.commit", "false")
                .create()?;
            consumer.subscribe(&[seat.name("T2")])?;
            let (process, stop) = (seat.process(number), seat.stop_of(number));
            while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
                let record = record?;
                process(&record);
                if number == 1 && (record.offset() + 1) % 10 == 0 {
                    consumer.commit_message(&record, CommitMode::Async)?;
                }
            }
        }
        KafkaResult::Ok(())
    })
}

/// Lets them run. The first commit is refused with `error`, and so late that the second is on its way.
pub async fn shoot(lab: &mut Lab, error: &str) -> Result<(), Outcome> {
    lab.number(FILM, 1);
    lab.group("G2");
    lab.topic("T2", 1, sign_ups(1, RECORDS)).await?;
    lab.faults().mend();
    lab.faults().on("OffsetCommit").nth(1).hold();
    lab.faults().on("OffsetCommit").nth(1).answer(error);
    lab.start().await?;
    let both = say!("both commits to be on their way", "두 커밋이 모두 나가기");
    lab.until(SOON, both, |seen, _| seen.commits("G2").len() == 2).await;
    lab.faults().let_go();
    let answered = say!("the second commit to be answered", "두 번째 커밋에 응답이 오기");
    lab.until(SOON, answered, |seen, _| seen.commits("G2").get(1).is_some_and(|commit| commit.answered.is_some())).await;
    // librdkafka sends it again after `retry.backoff.ms`, 100 ms.
    let again = say!("the first commit to be sent again", "첫 커밋이 다시 나가기");
    lab.until(Duration::from_secs(1), again, |seen, _| seen.commits("G2").get(2).is_some_and(|commit| commit.answered.is_some()))
        .await;
    lab.ask_member_to_stop(1)?;
    let begins = say!("the second consumer to begin", "두 번째 컨슈머가 시작하기");
    lab.until(SOON, begins, |seen, _| begins_at(seen).is_some()).await;
    let left = RECORDS as i64 - begins_at(&lab.seen()).unwrap_or_default();
    let again = say!("records to come again", "레코드가 다시 오기");
    lab.until(SOON, again, |seen, _| twice(seen) as i64 == left).await;
    lab.ask_to_stop()?;
    lab.end(say!("the consumers end", "컨슈머들이 끝난다")).await.map(drop)
}

/// The committed offset that the second consumer is told.
fn begins_at(seen: &Recording) -> Option<i64> {
    let told = |what: &What| match what {
        What::Response { response: Response::OffsetFetch { offsets, .. }, .. } => offsets.values().next().copied(),
        _ => None,
    };
    seen.events.iter().filter_map(|event| told(&event.what)).nth(1)
}

/// How many records the second consumer has processed. The first had processed them all.
pub fn twice(seen: &Recording) -> usize {
    seen.find(|what| matches!(what, What::Record { progress: Progress::Processed, member: 2, .. })).count()
}

/// The offsets that the first consumer's client asked to commit, one after another.
pub fn asked(seen: &Recording) -> Vec<i64> {
    seen.commits("G2").iter().filter_map(|commit| commit.offsets.values().next().copied()).collect()
}
