//! Grades `02_close`: four consumers of COUNTRY_GROUP on four partitions of `customers`. Consumer 1 is asked to stop, `process` of consumer 2 fails, that of
//! consumer 3 panics. Each has left the group before its function is over, and consumer 4 takes over.

use std::{
    error::Error,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind, take_hook},
    sync::Arc,
    thread,
    time::Duration,
};

use lab::trace::{History, Note, Progress, Recording, What, history::Member};
use lab::{Data, Lab, Outcome, Returned, Run, Seat, say};
use rdkafka::{Message, message::BorrowedMessage};
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;

lab::exam!(close::consume);

const GROUP: &str = "COUNTRY_GROUP";
const TOPIC: &str = "customers";
const PARTITIONS: i32 = 4;
/// The consumer that is asked to stop, the one whose `process` fails, the one whose `process` panics, and the one that goes on.
const STOPS: u32 = 1;
const FAILS: u32 = 2;
const PANICS: u32 = 3;
const SURVIVES: u32 = 4;
/// Offsets in each partition: the first record shows who holds it, the second brings consumers 2 and 3 to their ends (another one waits
/// behind it), the last is for consumer 4.
const FIRST: i64 = 0;
const SECOND: i64 = 1;
const LAST: i64 = 3;
/// The answer to LeaveGroup is held back for so long: who does not wait for it is seen to be over before.
const DELAY: Duration = Duration::from_millis(200);
/// What the time line says where consumers 2 and 3 come to their ends.
const FAILURE: &str = "process fails";
const PANIC: &str = "process panics";

type Failed = Box<dyn Error + Send + Sync>;
type Process = Arc<dyn Fn(&BorrowedMessage<'_>) -> Result<(), Failed> + Send + Sync>;

/// Runs four consumers, in the answer's own process, on a thread each.
pub fn sit(seat: &Seat, consume: impl Fn(&str, &str, &str, Process, CancellationToken) -> Result<(), Failed> + Sync) -> Returned {
    // A panic is one consumer's end, and is marked below; the lab would take it for the end of the answer.
    drop(take_hook());
    thread::scope(|scope| {
        for n in 1..=SURVIVES {
            let (consume, mark) = (&consume, seat.marks(n));
            scope.spawn(move || {
                let (group, topic, process) = (seat.name(GROUP), seat.name(TOPIC), process(seat, n));
                let ended = catch_unwind(AssertUnwindSafe(|| consume(seat.bootstrap(), group, topic, process, seat.stop_of(n))));
                mark(match ended {
                    Ok(Ok(())) => "function returned Ok".to_owned(),
                    Ok(Err(failed)) => format!("function returned Err({failed})"),
                    Err(_) => "function panicked".to_owned(),
                });
            });
        }
    });
    lab::returned_by::<(), String>(Ok(()))
}

fn process(seat: &Seat, n: u32) -> Process {
    let (reached, mark) = (seat.reached(n), seat.marks(n));
    Arc::new(move |record| {
        let at = |progress| reached(progress, record.topic(), record.partition(), record.offset());
        at(Progress::HandedOver);
        match n {
            FAILS if record.offset() >= SECOND => {
                mark(FAILURE.to_owned());
                return Err("no such country".into());
            }
            PANICS if record.offset() >= SECOND => {
                mark(PANIC.to_owned());
                // It unwinds like `panic!`, and prints nothing.
                resume_unwind(Box::new("a bug"));
            }
            _ => at(Progress::Processed),
        }
        Ok(())
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    let run = run(lab).await?;
    claims::nobody_ended_early(&run)?;
    run.began_at_the_beginning()?;
    claims::four_shared_the_topic(&run)?;
    claims::the_process_lived(&run)?;
    for end in &claims::ENDS {
        end.is_told(&run)?;
        end.closes_first(&run)?;
    }
    Ok(claims::the_survivor_read_on(&run)?)
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.group(GROUP);
    lab.topic(TOPIC, PARTITIONS, Vec::new()).await?;
    lab.faults().on("LeaveGroup").delay(DELAY);
    lab.start().await?;
    // Without Docker the group is shared anew only after a session less one second.
    let quiet = Duration::from_secs(if lab.is_embedded() { 6 } else { 4 });
    let long = quiet + quiet / 2; // A poll may take five seconds.

    let shared = say!("four consumers to hold a partition of `customers` each", "컨슈머 넷이 `customers`의 파티션을 하나씩 맡기");
    if !lab.until_quiet(quiet, shared, |seen, history| ended(seen).next().is_some() || holders(history) == 4).await {
        return lab.cut_short().await;
    }
    lab.produce(TOPIC, customers(1)).await?;
    let each = say!("each consumer to process a record", "컨슈머마다 레코드 하나 처리하기");
    let all_work = |seen: &Recording, _: &_| (1..=SURVIVES).all(|n| handed_over(seen, n, FIRST).is_some());
    if !lab.until_quiet(quiet, each, all_work).await {
        return lab.cut_short().await;
    }

    // Consumers 2 and 3 have their last record in hand when consumer 1 leaves, which has nothing left to read, not even of theirs.
    let hold =
        lab.hold(|at| at.progress == Progress::HandedOver && at.offset == SECOND && [FAILS, PANICS].contains(&at.member))?;
    lab.produce(TOPIC, customers(2)).await?;
    let last_of_each = [(STOPS, SECOND + 1), (FAILS, SECOND), (PANICS, SECOND)];
    let all = say!("consumers 1, 2 and 3 to be handed their last records", "컨슈머 1, 2, 3이 마지막 레코드를 받기");
    lab.until_quiet(quiet, all, |seen, _| last_of_each.iter().all(|(n, offset)| handed_over(seen, *n, *offset).is_some())).await;
    lab::a_while().await;
    lab.ask_member_to_stop(STOPS)?;
    let leaves = say!("consumer 1 to leave the group", "컨슈머 1이 그룹을 떠나기");
    let has_left = |history: &History| history.group(GROUP).is_some_and(|group| group.members.iter().any(|m| m.left.is_some()));
    if !lab.until(long, leaves, |seen, history| has_left(history) || ended(seen).next().is_some()).await {
        return lab.cut_short().await;
    }
    drop(hold);
    let three = say!("consumers 1, 2 and 3 to come to their ends", "컨슈머 1, 2, 3이 저마다 끝나기");
    if !lab.until_quiet(quiet, three, |seen, _| ended(seen).count() == 3).await {
        return lab.cut_short().await;
    }
    let alone = say!("consumer 4 to take over", "컨슈머 4가 이어받기");
    if !lab.until_quiet(quiet, alone, |_, history| holders(history) == 1).await {
        return lab.cut_short().await;
    }
    // A broker that restarts is an error of the next poll.
    lab.faults().hang_up();
    lab.produce(TOPIC, customers(1)).await?;
    let read = say!("consumer 4 to read all partitions", "컨슈머 4가 모든 파티션을 읽기");
    lab.until_quiet(quiet, read, |seen, _| last_records(seen) == PARTITIONS as usize || ended(seen).count() == 4).await;
    lab.ask_to_stop()?;
    lab.end_when_quiet(long, say!("consumer 4 returns when it is asked to stop", "멈추라고 하면 컨슈머 4가 반환한다")).await
}

/// `in_each` customers for each partition.
fn customers(in_each: usize) -> Vec<Data> {
    let country = |customer: Data| Data { value: Some(b"Korea".to_vec()), ..customer };
    lab::sign_ups(PARTITIONS, in_each * PARTITIONS as usize).into_iter().map(country).collect()
}

/// How many members hold all of the topic among them; 0 while they do not.
fn holders(history: &History) -> usize {
    let shares = history.shares(GROUP);
    let all = shares.iter().sum::<usize>() == PARTITIONS as usize && !shares.contains(&0);
    if all { shares.len() } else { 0 }
}

/// The consumers whose functions are over: index, number, how.
fn ended(seen: &Recording) -> impl Iterator<Item = (usize, u32, &str)> {
    seen.events.iter().enumerate().filter_map(|(index, event)| match &event.what {
        What::Note { member, note: Note::Mark { text } } => Some((index, *member, text.strip_prefix("function ")?)),
        _ => None,
    })
}

/// The index of the event with which consumer `n` was handed a record at `at`.
fn handed_over(seen: &Recording, n: u32, at: i64) -> Option<usize> {
    let it = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, member, offset, .. } if (*member, *offset) == (n, at));
    seen.first(it)
}

/// Of how many partitions consumer 4 has processed the last record.
fn last_records(seen: &Recording) -> usize {
    let last = |what: &What| matches!(what, What::Record { progress: Progress::Processed, member: SURVIVES, offset: LAST, .. });
    seen.find(last).count()
}

/// Consumer `n` as a member of the group: the one that held the partition of its first record then.
fn member(run: &Run, n: u32) -> Option<&Member> {
    let first = &run.recording.events[handed_over(&run.recording, n, FIRST)?];
    let What::Record { partition, .. } = &first.what else { return None };
    run.group(GROUP)?.owner_at(partition, first.at)
}
