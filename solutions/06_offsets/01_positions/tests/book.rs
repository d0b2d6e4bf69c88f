//! Runs that the page of `01_positions` shows beside the solution: `cargo workbook record 6.1` keeps what they leave. Each is a test of what the
//! page says of it.

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
    time::Duration,
};

use lab::trace::{Request, Response, What, positions::Positions};
use lab::{Data, Exam, Lab, Outcome, Partition, Progress, Returned, Run, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig, Message,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaResult,
    message::BorrowedMessage,
};

/// Fetched, handed over, stored and committed, all of them different, and the end of the log ahead of them.
#[test]
fn four() {
    let test = concat!(module_path!(), "::four");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut |seat| returned_by(stores_and_commits(seat)), |lab| Box::pin(the_four_differ(lab))));
}

/// Stores each record when it is processed, commits what is stored behind the second, and ends in the fifth.
fn stores_and_commits(seat: &Seat) -> KafkaResult<()> {
    let (reached, stored) = (seat.reached(1), seat.stored(1));
    let consumer = consumer(seat)
        .set("enable.auto.offset.store", "false")
        // A Fetch brings some of the records, and the next is not sent while one of them waits.
        .set("max.partition.fetch.bytes", "700")
        .set("queued.min.messages", "1")
        .create::<BaseConsumer>()?;
    consumer.subscribe(&[seat.name("T1")])?;
    for n in 0..5 {
        let record = next(&consumer);
        for progress in [Progress::HandedOver, Progress::Processed] {
            reached(progress, record.topic(), record.partition(), record.offset());
        }
        if n == 4 {
            break;
        }
        consumer.store_offset_from_message(&record)?;
        stored(record.topic(), record.partition(), record.offset() + 1);
        if n == 1 {
            consumer.commit_consumer_state(CommitMode::Sync)?;
        }
    }
    Ok(())
}

async fn the_four_differ(lab: &mut Lab) -> Result<(), Outcome> {
    lab.needs_real_broker(say!(
        "the mock cluster brings fewer records with a Fetch",
        "모의 클러스터는 Fetch 한 번에 더 적게 가져온다"
    ))?;
    lab.group("G1");
    lab.topic("T1", 1, Vec::new()).await?;
    // Each record in a batch of its own: a Fetch brings whole batches.
    lab.produce_each("T1", sign_ups(1, 12), Duration::ZERO).await?;
    lab.start().await?;
    let run = lab.end(say!("five records are handed over", "레코드 다섯 개가 전달된다")).await?;
    let fifth = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, offset: 4, .. });
    let index = run.recording.first(fifth).ok_or_else(|| bug(&run, "the fifth record was not handed over"))?;
    let at = Positions::after(&run.recording, "G1", &Partition::new("T1", 0), index);
    let rest = Positions { fetched: None, ..at };
    let want =
        Positions { fetched: None, handed_over: Some(5), processed: Some(4), stored: Some(4), committed: Some(2), end: Some(12) };
    match at.fetched {
        Some(6..=11) if rest == want => Ok(()),
        _ => Err(bug(&run, &format!("{at:?}"))),
    }
}

/// C29: commits change nothing in a group. A member that joins does: then all join again.
#[test]
fn commits_and_a_join() {
    let test = concat!(module_path!(), "::commits_and_a_join");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut commits_then_another_joins, |lab| Box::pin(only_the_join_rebalances(lab))));
}

/// Records of the first member, each committed.
const COMMITS: usize = 12;

/// Consumer 1 commits each of its records; then consumer 2 joins, and both read until they are asked to stop.
fn commits_then_another_joins(seat: &Seat) -> Returned {
    let commits = AtomicUsize::new(0);
    let read = |member: u32| -> KafkaResult<()> {
        let process = seat.process(member);
        let consumer = consumer(seat).set("heartbeat.interval.ms", "200").create::<BaseConsumer>()?;
        consumer.subscribe(&[seat.name("T1")])?;
        while !seat.stop().is_cancelled() {
            if let Some(Ok(record)) = consumer.poll(Duration::from_millis(50)) {
                process(&record);
                // A commit that meets the rebalance is refused, and the record comes again.
                let _ = consumer.commit_message(&record, CommitMode::Sync);
                commits.fetch_add(1, Relaxed);
            }
        }
        Ok(())
    };
    returned_by(thread::scope(|scope| {
        let first = scope.spawn(|| read(1));
        while commits.load(Relaxed) < COMMITS {
            thread::sleep(Duration::from_millis(5));
        }
        let second = scope.spawn(|| read(2));
        [first, second].map(|thread| thread.join().expect("nothing panics")).into_iter().collect::<KafkaResult<Vec<()>>>()
    }))
}

async fn only_the_join_rebalances(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 2, sign_ups(2, 0)).await?;
    lab.start().await?;
    let quiet = Duration::from_secs(20);
    lab.until_quiet(quiet, say!("G1 to settle", "G1이 자리 잡기"), |_, history| history.shares("G1") == [2]).await;
    let every = Duration::from_millis(40);
    lab.produce_each("T1", sign_ups(2, COMMITS), every).await?;
    let committed = |run: &lab::trace::Recording| {
        run.find(|what| matches!(what, What::Response { response: Response::OffsetCommit { .. }, .. })).count()
    };
    lab.until_quiet(quiet, say!("the commits", "커밋"), |seen, _| committed(seen) == COMMITS).await;
    let shared = say!("the two to share T1", "둘이 T1을 나눠 맡기");
    lab.until_quiet(quiet, shared, |_, history| history.shares("G1") == [1, 1]).await;
    let more: Vec<Data> = sign_ups(2, 4);
    lab.produce_each("T1", more, every).await?;
    lab.until_quiet(quiet, say!("four more commits", "커밋 네 번 더"), |seen, _| committed(seen) >= COMMITS + 4).await;
    lab.ask_to_stop()?;
    let run = lab.end(say!("both end", "둘 다 끝난다")).await?;

    let index = |what: fn(&What) -> bool| run.recording.find(what).map(|(index, _)| index).collect::<Vec<_>>();
    let commits = index(|what| matches!(what, What::Request { request: Request::OffsetCommit { .. }, .. }));
    let joins = index(|what| matches!(what, What::Request { request: Request::JoinGroup { .. }, .. }));
    let told = index(|what| matches!(what, What::Response { response, .. } if response.error() == Some("REBALANCE_IN_PROGRESS")));
    let (first, last) = (commits[0], commits[COMMITS - 1]);
    let meanwhile = joins.iter().filter(|join| (first..last).contains(*join)).count();
    let newcomer = joins.iter().find(|join| **join > last);
    match (meanwhile, newcomer, told.first()) {
        // The newcomer asks, the other one is told, and joins again.
        (0, Some(join), Some(told)) if join < told && joins.iter().any(|again| again > told) => Ok(()),
        _ => Err(bug(&run, &format!("commits {commits:?}, joins {joins:?}, told {told:?}"))),
    }
}

fn consumer(seat: &Seat) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", seat.bootstrap())
        .set("group.id", seat.name("G1"))
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false");
    config
}

fn next(consumer: &BaseConsumer) -> BorrowedMessage<'_> {
    loop {
        if let Some(Ok(record)) = consumer.poll(Duration::from_millis(100)) {
            return record;
        }
    }
}

fn bug(run: &Run, what: &str) -> Outcome {
    Outcome::Bug { what: format!("{what}; {} events", run.recording.events.len()) }
}
