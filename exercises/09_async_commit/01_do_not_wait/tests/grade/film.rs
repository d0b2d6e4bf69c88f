//! What the book shows besides, and nobody is judged by: which commits `commit_callback` is called for. Two commits that the program asks
//! for, of which one is refused, then an automatic one.

use std::time::Duration;

use lab::trace::{Note, Recording, Request, What};
use lab::{Lab, Outcome, Returned, Seat, say, sign_ups};
use rdkafka::{
    ClientConfig, ClientContext, TopicPartitionList,
    config::RDKafkaLogLevel,
    consumer::{CommitMode, Consumer, ConsumerContext, StreamConsumer},
    error::KafkaResult,
};

/// The number that says: film, instead of the answer.
pub const FILM: &str = "film";
const CALLED: &str = "commit_callback called";
const SOON: Duration = Duration::from_secs(20);

/// The kind of librdkafka's log line on a commit that was refused.
const REFUSED: &str = "COMMITFAIL";

/// Marks each call of `commit_callback`, and the log line on a refused commit.
struct Marks(Box<dyn Fn(String) + Send + Sync>);

impl ClientContext for Marks {
    fn log(&self, _: RDKafkaLogLevel, facility: &str, _: &str) {
        if facility == REFUSED {
            (self.0)(format!("log: {facility}"));
        }
    }
}

impl ConsumerContext for Marks {
    fn commit_callback(&self, result: KafkaResult<()>, _: &TopicPartitionList) {
        (self.0)(format!("{CALLED}: {result:?}"));
    }
}

/// In the program's process: one consumer that commits each record asynchronously, and after it one that commits automatically.
pub fn without_a_word(seat: &Seat) -> Returned {
    seat.block_on(async {
        for (number, automatic) in [(1, "false"), (2, "true")] {
            let consumer: StreamConsumer<Marks> = ClientConfig::new()
                .set("bootstrap.servers", seat.bootstrap())
                .set("group.id", seat.name("G2"))
                .set("client.id", format!("C{number}"))
                .set("auto.offset.reset", "earliest")
                .set("enable.auto.commit", automatic)
                .set("auto.commit.interval.ms", "100")
                .set_log_level(RDKafkaLogLevel::Warning)
                .create_with_context(Marks(Box::new(seat.marks(number))))?;
            consumer.subscribe(&[seat.name("T2")])?;
            let (process, stop) = (seat.process(number), seat.stop_of(number));
            while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
                let record = record?;
                process(&record);
                if number == 1 {
                    consumer.commit_message(&record, CommitMode::Async)?;
                }
            }
        }
        KafkaResult::Ok(())
    })
}

/// Lets them run. Each record that is processed shows that the consumer has polled since the answer to the commit before it.
pub async fn shoot(lab: &mut Lab) -> Result<(), Outcome> {
    lab.number(FILM, 1);
    lab.group("G2");
    lab.topic("T2", 1, Vec::new()).await?;
    lab.faults().mend();
    lab.faults().on("OffsetCommit").nth(2).answer("REBALANCE_IN_PROGRESS");
    lab.start().await?;
    for answered in 1..=3 {
        lab.produce("T2", sign_ups(1, 1)).await?;
        let answer = say!("commit {answered} to be answered", "{answered}번째 커밋에 응답이 오기");
        lab.until(SOON, answer, |seen, _| {
            seen.commits("G2").iter().filter(|commit| commit.answered.is_some()).count() >= answered
        })
        .await;
    }
    lab.ask_member_to_stop(1)?;
    let second = say!("the second consumer to join", "두 번째 컨슈머가 들어오기");
    lab.until(SOON, second, |seen, _| {
        seen.find(|what| matches!(what, What::Response { response: lab::trace::Response::SyncGroup { .. }, .. })).count() == 2
    })
    .await;
    lab.produce("T2", sign_ups(1, 1)).await?;
    let called = say!("commit_callback to be called", "commit_callback이 호출되기");
    lab.until(SOON, called, |seen, _| !calls(seen).is_empty()).await;
    lab.ask_to_stop()?;
    lab.end(say!("the consumers end", "컨슈머들이 끝난다")).await.map(drop)
}

/// The calls of `commit_callback`: the consumer's number, and with what.
pub fn calls(seen: &Recording) -> Vec<(u32, String)> {
    let call = |what: &What| match what {
        What::Note { member, note: Note::Mark { text } } => Some((*member, text.strip_prefix(CALLED)?.to_owned())),
        _ => None,
    };
    seen.events.iter().filter_map(|event| call(&event.what)).collect()
}

/// Whether the client has written that a commit was refused.
pub fn is_logged(seen: &Recording) -> bool {
    seen.find(|what| matches!(what, What::Note { note: Note::Mark { text }, .. } if text.ends_with(REFUSED))).next().is_some()
}

/// How many commits the consumer of that `client.id` asked for.
pub fn asked_by(seen: &Recording, consumer: &str) -> usize {
    let commit =
        |what: &What| matches!(what, What::Request { client, request: Request::OffsetCommit { .. }, .. } if client == consumer);
    seen.find(commit).count()
}
