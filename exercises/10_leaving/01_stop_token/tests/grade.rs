//! Grades `01_stop_token`: three consumers, each with a group and a topic of its own. Consumer 1 is asked to stop while no record comes, consumer 2 while
//! it has a record in hand; the work of consumer 3 fails. Each finishes what it has begun, commits what is done, and leaves.

use std::{
    error::Error,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use lab::trace::{Note, Positions, Progress, Recording, What};
use lab::{Lab, Outcome, Partition, Returned, Run, Seat, say, sign_ups};
use rdkafka::{Message, message::OwnedMessage};
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;

lab::exam!(stop_token::consume);

/// Of T1; the other topics have one.
const PARTITIONS: i32 = 2;
/// Records of each topic: so many that who reads on after the stop is told from who takes one or two more by chance; few in the book's figure.
const RECORDS: usize = 120;
const RECORDS_IN_THE_FIGURE: usize = 20;
/// The consumer that is asked to stop while it waits, the one that is asked with a record in hand, and the one whose work fails.
const WAITS: u32 = 1;
const WORKS: u32 = 2;
const FAILS: u32 = 3;
/// The offset of the record in hand, and of the one at which the work fails.
const SECOND: i64 = 1;
/// What there is to do for a record, after the grader has let it go.
const WORK: Duration = Duration::from_millis(10);
/// How long an answer may say nothing new.
const QUIET: Duration = Duration::from_secs(5);
/// How long a client may take to fetch ahead.
const A_MOMENT: Duration = Duration::from_secs(2);
/// How long a consumer may take to stop when nothing is in hand; the task says one second.
const STOPS_WITHIN: Duration = Duration::from_secs(2);
/// Where the machine stands still for longer, nobody can tell who is late.
const STILL: Duration = Duration::from_millis(700);
/// The answer to LeaveGroup is held back for so long: who does not wait for it is seen to be over before.
const DELAY: Duration = Duration::from_millis(100);

const IDLE: &str = "no record to come";
const FAILURE: &str = "work fails";
const CAUSE: &str = "no such country";
const ENDED: &str = "consume ";

type Failed = Box<dyn Error + Send + Sync>;
type Work = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send>>;
type Process = Arc<dyn Fn(OwnedMessage) -> Work + Send + Sync>;

/// Runs three consumers, in the answer's own process, each on a runtime of its own.
pub fn sit(
    seat: &Seat,
    consume: impl AsyncFn(&str, &str, &str, Process, CancellationToken) -> Result<(), Failed> + Sync,
) -> Returned {
    thread::scope(|scope| {
        for n in [WAITS, WORKS, FAILS] {
            let consume = &consume;
            scope.spawn(move || {
                seat.block_on(async {
                    let mark = seat.marks(n);
                    seat.marks_its_stop(n);
                    let (group, topic) = (seat.name(&group(n)), seat.name(&topic(n)));
                    let ended = consume(seat.bootstrap(), group, topic, process(seat, n), seat.stop_of(n)).await;
                    mark(match ended {
                        Ok(()) => format!("{ENDED}returned Ok"),
                        Err(failed) => format!("{ENDED}returned Err({failed})"),
                    });
                    Ok::<_, String>(())
                })
            });
        }
    });
    lab::returned_by::<(), String>(Ok(()))
}

fn process(seat: &Seat, n: u32) -> Process {
    let (reached, mark) = (Arc::new(seat.awaited(n)), Arc::new(seat.marks(n)));
    let (records, done) = (seat.number("records"), Arc::new(AtomicUsize::new(0)));
    Arc::new(move |record| {
        let (reached, mark, done) = (reached.clone(), mark.clone(), done.clone());
        Box::pin(async move {
            let at = |progress| reached(progress, record.topic(), record.partition(), record.offset());
            let _ = at(Progress::HandedOver).await;
            if n == FAILS && record.offset() >= SECOND {
                mark(FAILURE.to_owned());
                return Err(CAUSE.into());
            }
            if n == WORKS {
                tokio::time::sleep(WORK).await;
            }
            let _ = at(Progress::Processed).await;
            if done.fetch_add(1, Relaxed) + 1 == records {
                tokio::spawn(async move {
                    lab::a_while().await;
                    mark(IDLE.to_owned());
                });
            }
            Ok(())
        })
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.steadily(STILL, async |lab| {
        let run = run(lab).await?;
        for n in [WAITS, WORKS, FAILS] {
            run.read_as_a_member(&group(n), claims::TASK)?;
        }
        claims::closes_calmly(&run)?;
        claims::reads(&run)?;
        claims::hears_the_stop(&run)?;
        claims::finishes_the_work(&run)?;
        claims::tells_how_it_ended(&run)?;
        claims::leaves_first(&run)?;
        Ok(claims::commits_what_is_done(&run)?)
    })
    .await
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    let records = if lab.is_for_the_book() { RECORDS_IN_THE_FIGURE } else { RECORDS };
    lab.number("records", records as i64);
    for n in [WAITS, WORKS, FAILS] {
        lab.group(&group(n));
        let partitions = if n == WAITS { PARTITIONS } else { 1 };
        lab.topic(&topic(n), partitions, sign_ups(partitions, records)).await?;
    }
    lab.faults().on("LeaveGroup").delay(DELAY);
    lab.start().await?;
    let hold = lab.hold(|at| at.member == WORKS && at.progress == Progress::HandedOver && at.offset == SECOND)?;
    let set = say!(
        "consumer 1 to process all records, consumer 2 to have one in hand, consumer 3 to fail",
        "컨슈머 1은 모든 레코드를 처리하고, 컨슈머 2는 하나를 쥐고, 컨슈머 3은 실패하기"
    );
    let early = |seen: &Recording| ended(seen, WAITS).or(ended(seen, WORKS)).is_some();
    let is_set = |seen: &Recording| is_ready(seen) && ended(seen, FAILS).is_some();
    lab.until_quiet(QUIET, set, |seen, _| is_set(seen) || early(seen)).await;
    if early(&lab.seen()) || !is_ready(&lab.seen()) {
        return lab.cut_short().await;
    }

    // Who empties its buffer has to have one.
    let buffered = say!("consumer 2 to have the next records as well", "컨슈머 2가 다음 레코드들도 받아 두기");
    lab.until(A_MOMENT, buffered, |seen, _| fetched(seen, WORKS) >= RECORDS_IN_THE_FIGURE as i64).await;

    lab.ask_member_to_stop(WAITS)?;
    lab.ask_member_to_stop(WORKS)?;
    let heard = say!("the stop to arrive", "정지 요청이 도착하기");
    lab.until(QUIET, heard, |seen, _| marked(seen, WORKS, lab::STOP_ARRIVED).is_some()).await;
    // The stop is there before the work goes on: whoever drops the work at a stop drops it now.
    drop(hold);
    let waits = say!("consumer 1 to stop although no record comes", "레코드가 오지 않아도 컨슈머 1이 멈추기");
    if !lab.until(STOPS_WITHIN, waits, |seen, _| ended(seen, WAITS).is_some()).await {
        // Does it stop at the next record, or not at all?
        lab.produce(&topic(WAITS), sign_ups(1, 1)).await?;
        let next = say!("the next record", "다음 레코드");
        lab.until(Duration::from_secs(1), next, |seen, _| ended(seen, WAITS).is_some()).await;
        return lab.cut_short().await;
    }
    let all = say!("all three consumers to be over", "세 컨슈머가 모두 끝나기");
    match lab.until_quiet(STOPS_WITHIN, all.clone(), |seen, _| ended(seen, WORKS).and(ended(seen, FAILS)).is_some()).await {
        true => lab.end_when_quiet(QUIET, all).await,
        false => lab.cut_short().await,
    }
}

/// Whether consumer 1 waits for a record, and consumer 2 has one in hand.
fn is_ready(seen: &Recording) -> bool {
    marked(seen, WAITS, IDLE).is_some() && records(seen, WORKS, Progress::HandedOver).any(|(_, offset)| offset == SECOND)
}

/// The offset behind the last record that came to consumer `n`.
fn fetched(seen: &Recording, n: u32) -> i64 {
    Positions::at(seen, &group(n), &Partition::new(topic(n), 0), u64::MAX).fetched.unwrap_or(0)
}

fn group(n: u32) -> String {
    format!("G{n}")
}

fn topic(n: u32) -> String {
    format!("T{n}")
}

/// The records with which consumer `n` got so far: event and offset.
fn records(seen: &Recording, n: u32, so_far: Progress) -> impl Iterator<Item = (usize, i64)> {
    seen.events.iter().enumerate().filter_map(move |(index, event)| match event.what {
        What::Record { progress, member, offset, .. } if member == n && progress == so_far => Some((index, offset)),
        _ => None,
    })
}

/// The mark of consumer `n` that begins so.
fn marked(seen: &Recording, n: u32, begins: &str) -> Option<usize> {
    seen.first(
        |what| matches!(what, What::Note { member, note: Note::Mark { text } } if *member == n && text.starts_with(begins)),
    )
}

fn asked(seen: &Recording, n: u32) -> Option<usize> {
    seen.first(|what| matches!(what, What::Note { member, note: Note::AskedToStop } if *member == n))
}

/// The end of the function of consumer `n`.
fn ended(seen: &Recording, n: u32) -> Option<usize> {
    marked(seen, n, ENDED)
}
