//! The facts that `04_one_thread_each` shows, asked of the broker itself. `book/facts.toml` names these tests; each fails when its fact
//! changes.

use std::{thread, time::Duration};

use lab::trace::{History, Progress, Recording, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};

/// C27: one thread can run several consumers of a group, one after the other: all join, and all records are read.
#[test]
fn one_thread_can_run_several_consumers() {
    let test = concat!(module_path!(), "::one_thread_can_run_several_consumers");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut one_thread, |lab| Box::pin(reads_all(lab, 4))));
}

/// C27: several threads can share one consumer of librdkafka: one member, and each record is processed once.
#[test]
fn several_threads_can_share_a_consumer() {
    let test = concat!(module_path!(), "::several_threads_can_share_a_consumer");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut four_threads, |lab| Box::pin(reads_all(lab, 1))));
}

/// Why one consumer has one thread: with more, two records of one partition are processed at the same time.
#[test]
fn threads_that_share_a_consumer_lose_the_order() {
    let test = concat!(module_path!(), "::threads_that_share_a_consumer_lose_the_order");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut four_threads, |lab| {
        Box::pin(async move {
            lab.group("G1");
            lab.topic("T1", 1, Vec::new()).await?;
            lab.start().await?;
            let first = lab.hold(|at| at.offset == 0)?;
            lab.produce("T1", sign_ups(1, 2)).await?;
            let overtaken =
                say!("the second record to be processed before the first", "두 번째 레코드가 첫 번째보다 먼저 처리되기");
            let is_overtaken = lab.until(Duration::from_secs(20), overtaken, |seen, _| !processed(seen).is_empty()).await;
            let read = processed(&lab.seen());
            drop(first);
            lab.ask_to_stop()?;
            lab.end(say!("the threads to end", "스레드들이 끝나기")).await?;
            if is_overtaken && read == [1] { Ok(()) } else { Err(bug(format!("processed while record 0 was held: {read:?}"))) }
        })
    }));
}

const RECORDS: usize = 40;

async fn reads_all(lab: &mut Lab, members: usize) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 4, Vec::new()).await?;
    lab.start().await?;
    let join = say!("{members} members to join", "멤버 {members}개가 들어오기");
    lab.until(Duration::from_secs(20), join, |_, history| holders(history) == members).await;
    lab.produce("T1", sign_ups(4, RECORDS)).await?;
    let all = say!("all records to be processed", "모든 레코드가 처리되기");
    lab.until(Duration::from_secs(20), all, |seen, _| processed(seen).len() >= RECORDS).await;
    lab.ask_to_stop()?;
    let run = lab.end(say!("the consumers to leave", "컨슈머들이 떠나기")).await?;
    let once = run.processed().values().all(|times| *times == 1);
    match (holders_ever(&run.history), run.processed().len()) {
        (joined, RECORDS) if joined == members && once => Ok(()),
        (joined, read) => Err(bug(format!("{joined} members have read {read} records; each once: {once}"))),
    }
}

/// One thread with four consumers.
fn one_thread(seat: &Seat) -> Returned {
    let consumers = (0..4).map(|_| create(seat)).collect::<KafkaResult<Vec<_>>>().map_err(|error| error.to_string())?;
    let (process, stop) = (seat.process(1), seat.stop());
    while !stop.is_cancelled() {
        for consumer in &consumers {
            if let Some(Ok(record)) = consumer.poll(Duration::from_millis(10)) {
                process(&record);
            }
        }
    }
    returned_by::<(), String>(Ok(()))
}

/// One consumer with four threads.
fn four_threads(seat: &Seat) -> Returned {
    let consumer = create(seat).map_err(|error| error.to_string())?;
    thread::scope(|scope| {
        for n in 1..=4 {
            let (consumer, process, stop) = (&consumer, seat.process(n), seat.stop());
            scope.spawn(move || {
                while !stop.is_cancelled() {
                    if let Some(Ok(record)) = consumer.poll(Duration::from_millis(100)) {
                        process(&record);
                    }
                }
            });
        }
    });
    returned_by::<(), String>(Ok(()))
}

fn create(seat: &Seat) -> KafkaResult<BaseConsumer> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", seat.bootstrap())
        .set("group.id", seat.name("G1"))
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "300")
        .create()?;
    consumer.subscribe(&[seat.name("T1")])?;
    Ok(consumer)
}

/// How many members hold partitions now.
fn holders(history: &History) -> usize {
    let members = history.group("G1").into_iter().flat_map(|group| &group.members);
    members.filter(|member| member.holds().is_some_and(|held| !held.partitions.is_empty())).count()
}

fn holders_ever(history: &History) -> usize {
    history.group("G1").map_or(0, |group| group.assigned_members().count())
}

/// The offsets that were processed, in this order.
fn processed(seen: &Recording) -> Vec<i64> {
    let records = seen.events.iter().filter_map(|event| match &event.what {
        What::Record { progress: Progress::Processed, offset, .. } => Some(*offset),
        _ => None,
    });
    records.collect()
}

fn bug(what: String) -> Outcome {
    Outcome::Bug { what }
}
