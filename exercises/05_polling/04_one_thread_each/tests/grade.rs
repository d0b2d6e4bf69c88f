//! Grades `04_one_thread_each`: four consumers of BEER_GROUP, on four threads, process four records at the same time. One of them panics;
//! the three others take over and go on, and the caller is told of it.

use std::{
    cell::Cell,
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
    thread,
    time::Duration,
};

use lab::trace::{History, Note, Progress, Recording, What};
use lab::{Data, Lab, Outcome, Process, Returned, Run, Seat, say};
use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;

lab::exam!(one_thread_each::consume_all);

const GROUP: &str = "BEER_GROUP";
const TOPIC: &str = "beer";
/// Consumers, and partitions.
const CONSUMERS: u32 = 4;
/// The consumer that panics, at its second record. The lab counts from 1, the exercise from 0.
const PANICS: u32 = 3;
/// Offsets in each partition: at the first record four are at work at once, at the second one panics, the third is for those left.
const SECOND: i64 = 1;
const THIRD: i64 = 2;

type Ended = thread::Result<KafkaResult<()>>;

/// Runs the answer, in its own process.
pub fn sit(seat: &Seat, consume_all: impl Fn(&str, &str, &str, &[Process], CancellationToken) -> Vec<Ended>) -> Returned {
    let processes: Vec<Process> = (1..=CONSUMERS).map(|n| process(seat, n)).collect();
    let all = || consume_all(seat.bootstrap(), seat.name(GROUP), seat.name(TOPIC), &processes, seat.stop());
    let ends = catch_unwind(AssertUnwindSafe(all)).map_err(|_| claims::PANICKED)?;
    let in_words = |ended: Ended| match ended {
        Ok(Ok(())) => "Ok".to_owned(),
        Ok(Err(error)) => format!("Err({error})"),
        Err(_) => claims::A_PANIC.to_owned(),
    };
    lab::returned_by::<_, String>(Ok(ends.into_iter().map(in_words).collect::<Vec<_>>()))
}

thread_local! {
    static IS_MARKED: Cell<bool> = const { Cell::new(false) };
}

/// `process` of consumer `n`: it marks each thread that it is called on, and panics where it is to.
fn process(seat: &Seat, n: u32) -> Process {
    let (reached, mark) = (seat.reached(n), seat.marks(n));
    Arc::new(move |record| {
        if !IS_MARKED.replace(true) {
            mark(format!("on {:?}", thread::current().id()));
        }
        let at = |progress| reached(progress, record.topic(), record.partition(), record.offset());
        at(Progress::HandedOver);
        if n == PANICS && record.offset() >= SECOND {
            mark("process panics".to_owned());
            // It unwinds like `panic!`, and prints nothing.
            resume_unwind(Box::new("a bug"));
        }
        at(Progress::Processed);
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    let run = run(lab).await?;
    claims::one_group(&run)?;
    claims::four_members(&run)?;
    claims::four_threads(&run)?;
    claims::the_one_is_gone(&run)?;
    claims::all_are_waited_for(&run)?;
    claims::the_others_go_on(&run)?;
    Ok(claims::all_have_ended(&run)?)
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.group(GROUP);
    lab.topic(TOPIC, CONSUMERS as i32, Vec::new()).await?;
    lab.start().await?;
    // Without Docker the group is shared anew only after a session less one second.
    let quiet = Duration::from_secs(if lab.is_embedded() { 6 } else { 4 });

    let shared = say!("four consumers to hold a partition of beer each", "컨슈머 넷이 beer의 파티션을 하나씩 맡기");
    lab.until_quiet(quiet, shared, |_, history| holders(history) == CONSUMERS).await;
    // With fewer members it is wrong already, and only told how.
    let soon = Duration::from_secs(if members(&lab.seen()) == CONSUMERS { 3 } else { 1 });
    // Whoever processes is held at the first record of a partition, until four are.
    let held = lab.hold(|at| at.progress == Progress::HandedOver && at.offset == 0)?;
    lab.produce(TOPIC, beers()).await?;
    let at_once = say!("four threads to process at the same time", "스레드 넷이 동시에 처리하기");
    let are_at_work = lab.until_quiet(soon, at_once, |seen, _| at_work(seen) == CONSUMERS).await;
    drop(held);
    let first = say!("the four records to be processed", "레코드 네 개가 처리되기");
    let is_first = |seen: &Recording, _: &_| processed(seen, 0) == CONSUMERS;
    if !lab.until_quiet(soon, first, is_first).await || !are_at_work || members(&lab.seen()) != CONSUMERS {
        return lab.cut_short().await;
    }

    lab.produce(TOPIC, beers()).await?;
    let three = say!("one to panic, and three to take over", "하나가 패닉하고 셋이 이어받기");
    let are_three = |seen: &Recording, history: &History| claims::panicked(seen).is_some() && holders(history) == CONSUMERS - 1;
    if !lab.until_quiet(quiet, three, are_three).await {
        return lab.cut_short().await;
    }
    lab.produce(TOPIC, beers()).await?;
    let third = say!("the three to read all partitions", "셋이 모든 파티션을 읽기");
    if !lab.until_quiet(quiet, third, |seen, _| processed(seen, THIRD) == CONSUMERS).await {
        return lab.cut_short().await;
    }
    lab.ask_to_stop()?;
    lab.end_when_quiet(quiet, say!("consume_all returns when it is asked to stop", "멈추라고 하면 consume_all이 반환한다")).await
}

/// A beer for each partition.
fn beers() -> Vec<Data> {
    let beers = ["tripel", "pilsner", "dubbel", "makgeolli"];
    let beer = |(partition, name): (i32, &str)| Data { partition, key: None, value: Some(name.as_bytes().to_vec()) };
    (0..).zip(beers).map(beer).collect()
}

/// How many members hold all of the topic among them; 0 while they do not.
fn holders(history: &History) -> u32 {
    let shares = history.shares(GROUP);
    let all = shares.iter().sum::<usize>() == CONSUMERS as usize && !shares.contains(&0);
    if all { shares.len() as u32 } else { 0 }
}

/// How many members the group has had.
fn members(seen: &Recording) -> u32 {
    History::of(seen).group(GROUP).map_or(0, |group| group.assigned_members().count() as u32)
}

/// The most consumers that were in `process` at the same time.
fn at_work(seen: &Recording) -> u32 {
    let (mut now, mut most) = (BTreeSet::new(), 0);
    for event in &seen.events {
        match &event.what {
            What::Record { progress: Progress::HandedOver, member, .. } => _ = now.insert(*member),
            What::Record { progress: Progress::Processed, member, .. } => _ = now.remove(member),
            What::Note { note: Note::AskedToStop, .. } => break,
            _ => continue,
        }
        most = most.max(now.len() as u32);
    }
    most
}

/// Of how many partitions the record at `offset` was processed.
fn processed(seen: &Recording, offset: i64) -> u32 {
    let it = |what: &What| match what {
        What::Record { progress: Progress::Processed, partition, offset: at, .. } if *at == offset => Some(partition.clone()),
        _ => None,
    };
    seen.events.iter().filter_map(|event| it(&event.what)).collect::<BTreeSet<_>>().len() as u32
}
