//! Grades `02_signals`: the program lives three times. SIGINT comes while it waits for a record, SIGTERM while it has one in hand, and
//! SIGTERM while the work on a record does not end. Each time it ends in good order, with exit code 0. In the second life `run` is called
//! once more, side by side: the work on the record in hand fails there, after the signal.

use std::{
    error::Error,
    ops::Range,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use lab::trace::{Note, Partition, Progress, Recording, What};
use lab::{Lab, Outcome, Returned, Run, Seat, Signal, say, sign_ups};
use rdkafka::{Message, message::OwnedMessage};

#[path = "grade/claims.rs"]
mod claims;

lab::exam!(signals::run);

/// The life in which the signal comes while the program waits, the one in which it works, and the one in which the work does not end.
const WAITS: usize = 1;
const WORKS: usize = 2;
const STUCK: usize = 3;
/// The consumer beside the one of the second life, whose work fails; the book does without it.
const FAILS: usize = 4;
/// A life that only the book shows.
const KILLED: usize = 5;
/// How long the orchestrator waits, here after `patience`, until it kills.
const KILLS_AFTER: Duration = Duration::from_secs(2);
/// Records of each life's topic: in the second one so many that who reads on after the signal is told from who takes one or two more.
const RECORDS: [usize; 4] = [3, 120, 3, 3];
/// The offset of the record in hand.
const SECOND: i64 = 1;
/// What there is to do for it, when the signal comes.
const WORK: Duration = Duration::from_millis(300);
/// For how long the work may go on after the signal, in milliseconds: longer than it takes; and a time that is over soon.
const PATIENCE: [i64; 3] = [10_000, 10_000, 400];
/// Where the machine stands still for longer, nobody can tell who is patient for too long.
const STILL: Duration = Duration::from_secs(1);
/// How long an answer may say nothing new.
const QUIET: Duration = Duration::from_secs(5);
const IDLE: &str = "no record to come";
const CAUSE: &str = "no such country";
const ENDED: &str = "run ";

type Failed = Box<dyn Error + Send + Sync>;
type Work = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send>>;
type Process = Arc<dyn Fn(OwnedMessage) -> Work + Send + Sync>;

/// Runs the answer for one life, in its own process.
pub fn sit(seat: &Seat, run: impl AsyncFn(&str, &str, &str, Process, Duration) -> Result<(), Failed> + Sync) -> Returned {
    let patience = Duration::from_millis(seat.number("patience") as u64);
    let one = |life: usize| {
        let (group, topic) = (seat.name(&format!("G{life}")), seat.name(&format!("T{life}")));
        seat.block_on(run(seat.bootstrap(), group, topic, process(seat, life), patience))
    };
    thread::scope(|scope| {
        let fails = (seat.number("beside") > 0).then(|| scope.spawn(|| one(FAILS)));
        let ended = one(seat.number("life"));
        if let Some(fails) = fails {
            let error = fails.join().unwrap_or_else(|_| Err("a panic".to_owned())).err();
            seat.marks(FAILS as u32)(
                error.map_or(format!("{ENDED}returned Ok"), |error| format!("{ENDED}returned Err({error})")),
            );
        }
        ended
    })
}

fn process(seat: &Seat, life: usize) -> Process {
    // The time line calls the consumer of the second life C2.
    let consumer = if life == KILLED { 1 } else { life as u32 };
    let (reached, mark) = (Arc::new(seat.awaited(consumer)), Arc::new(seat.marks(consumer)));
    let done = Arc::new(AtomicUsize::new(0));
    Arc::new(move |record| {
        let (reached, mark, done) = (reached.clone(), mark.clone(), done.clone());
        Box::pin(async move {
            let at = |progress| reached(progress, record.topic(), record.partition(), record.offset());
            let _ = at(Progress::HandedOver).await;
            if [WORKS, FAILS].contains(&life) && record.offset() == SECOND {
                tokio::time::sleep(WORK).await;
            }
            if life == FAILS && record.offset() == SECOND {
                return Err(CAUSE.into());
            }
            let _ = at(Progress::Processed).await;
            if life == WAITS && done.fetch_add(1, Relaxed) + 1 == RECORDS[WAITS - 1] {
                tokio::spawn(async move {
                    lab::a_while().await;
                    mark(IDLE.to_owned());
                });
            }
            Ok(())
        })
    })
}

/// Lets the answer live three times, and judges each life.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.steadily(STILL, async |lab| {
        for life in [WAITS, WORKS, STUCK, FAILS] {
            lab.group(&format!("G{life}"));
            lab.topic(&format!("T{life}"), 1, sign_ups(1, RECORDS[life - 1])).await?;
        }
        for life in [WAITS, WORKS, STUCK] {
            let run = live(lab, life, PATIENCE[life - 1]).await?;
            claims::of_life(&run, life)?;
        }
        Ok(())
    })
    .await?;
    if lab.is_for_the_book() { killed(lab).await } else { Ok(()) }
}

async fn live(lab: &mut Lab, life: usize, patience: i64) -> Result<Run, Outcome> {
    lab.number("life", life as i64);
    lab.number("patience", patience);
    let beside = life == WORKS && !lab.is_for_the_book();
    lab.number("beside", beside.into());
    lab.start().await?;
    let held = lab.hold(move |at| life != WAITS && at.progress == Progress::HandedOver && at.offset == SECOND)?;
    let ready = match life {
        WAITS => say!("the program to wait for a record", "프로그램이 레코드를 기다리기"),
        _ => say!("the program to have a record in hand", "프로그램이 레코드를 하나 쥐기"),
    };
    if !lab.until_quiet(QUIET, ready, |seen, _| is_ready(seen, life) && (!beside || is_ready(seen, FAILS))).await {
        return lab.cut_short().await;
    }
    if life == STUCK {
        // The work may take longer than `patience` as long as no signal has come.
        let longer = say!("the work to be given up, or not", "일을 포기하는지 보기");
        let given_up = |seen: &Recording, _: &_| seen.events.iter().filter(|event| is_begun(&event.what, life)).count() > 2;
        if lab.until(Duration::from_millis(3 * patience as u64 / 2), longer, given_up).await {
            return lab.cut_short().await;
        }
    }
    lab.signal(if life == WAITS { Signal::Interrupt } else { Signal::Terminate })?;
    if life == WORKS {
        drop(held);
    }
    lab.end_when_quiet(QUIET, say!("the program ends after the signal", "시그널을 받은 프로그램이 끝난다")).await
}

/// For the book: the program would wait longer for its record than the orchestrator waits for the program. The next one waits for the
/// session of the one that was killed.
async fn killed(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G5");
    lab.topic("T5", 1, sign_ups(1, 3)).await?;
    lab.number("life", KILLED as i64);
    lab.number("patience", 60_000);
    lab.number("beside", 0);
    lab.aside("killed", async |lab| {
        let in_hand = || say!("the program to have a record in hand", "프로그램이 레코드를 하나 쥐기");
        lab.start().await?;
        let _held = lab.hold(|at| at.progress == Progress::HandedOver && at.offset == SECOND)?;
        lab.until_quiet(QUIET, in_hand(), |seen, _| is_ready(seen, KILLED)).await;
        lab.signal(Signal::Terminate)?;
        tokio::time::sleep(KILLS_AFTER).await;
        lab.kill().await?;
        lab.start().await?;
        let again = |seen: &Recording, _: &_| seen.find(|what| is_in_hand(what, KILLED)).count() == 2;
        lab.until(Duration::from_secs(60), in_hand(), again).await;
        lab.signal(Signal::Terminate)?;
        lab.end_when_quiet(QUIET, say!("the program ends", "프로그램이 끝난다")).await.map(drop)
    })
    .await
}

/// Whether it is time for the signal of this life.
fn is_ready(seen: &Recording, life: usize) -> bool {
    let idle = |what: &What| matches!(what, What::Note { note: Note::Mark { text }, .. } if text == IDLE);
    if life == WAITS { seen.first(idle).is_some() } else { seen.first(|what| is_in_hand(what, life)).is_some() }
}

fn is_begun(what: &What, life: usize) -> bool {
    matches!(what, What::Record { progress: Progress::HandedOver, partition, .. } if *partition == of(life))
}

fn is_in_hand(what: &What, life: usize) -> bool {
    is_begun(what, life) && matches!(what, What::Record { offset: SECOND, .. })
}

/// The partition that is read in this life.
fn of(life: usize) -> Partition {
    Partition::new(format!("T{life}"), 0)
}

/// The events of this life.
fn span(seen: &Recording, life: usize) -> Range<usize> {
    let starts = seen.find(|what| matches!(what, What::Note { note: Note::Started, .. })).map(|(index, _)| index);
    let starts: Vec<usize> = starts.chain([seen.events.len(); 2]).collect();
    starts[life - 1]..starts[life]
}
