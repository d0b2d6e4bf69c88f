//! Grades `01_do_not_wait`: the first commit is refused, and the answer to it is held back until all records are processed that there are.
//! Whoever waits for it processes nothing meanwhile; whoever hears of it tells. What else is sent meanwhile fares the same.

use std::{sync::Arc, time::Duration};

use lab::trace::{Commit, Progress, Recording, What};
use lab::{Lab, Outcome, Process, Returned, Run, Seat, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;
#[path = "grade/film.rs"]
pub mod film;

lab::exam!(do_not_wait::consume);

const RECORDS: usize = 60;
/// So many new records are worth a commit, and so many commits may be on their way.
const EVERY: i64 = 10;
const MOST: usize = 3;
/// A timer that commits once a second, as the client's does, sends no more than [`MOST`] in this time: on a busy machine as well, where the
/// answers are held back for longer.
const BURST: Duration = Duration::from_secs(2);
/// Where the machine stands still for longer, nobody can tell who waits.
const STILL: Duration = Duration::from_millis(700);

/// So late is the answer to the last commit: who does not wait for it returns before.
const A_MOMENT: Duration = Duration::from_millis(100);
/// The mark of the answer's return.
const OVER: &str = "consume returned";

type Tell = Arc<dyn Fn(i64, KafkaResult<()>) + Send + Sync>;

/// Runs the answer, in its own process.
pub fn sit(
    seat: &Seat,
    consume: impl AsyncFn(&str, &str, &str, Process, Tell, CancellationToken) -> KafkaResult<()>,
) -> Returned {
    if seat.number(film::FILM) > 0 {
        return film::without_a_word(seat);
    }
    let mark = seat.marks(1);
    let tell: Tell = Arc::new(move |next, result| mark(claims::told(next, &result)));
    let answer = consume(seat.bootstrap(), seat.name("G1"), seat.name("T1"), seat.process(1), tell, seat.stop());
    // The runtime ends later: it waits for threads that may block.
    seat.block_on(async { answer.await.inspect(|()| seat.marks(1)(OVER.to_owned())) })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.number(film::FILM, 0);
    lab.steadily(STILL, async |lab| Ok(claims::of(&run(lab).await?)?)).await?;
    if lab.is_for_the_book() { lab.aside("callback", film::shoot).await } else { Ok(()) }
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, RECORDS)).await?;
    lab.faults().on("OffsetCommit").hold();
    lab.faults().on("OffsetCommit").answer("REBALANCE_IN_PROGRESS");
    lab.start().await?;

    // A record in hand, for long enough that a client which commits by itself commits it too early.
    let in_hand = lab.hold(|at| at.progress == Progress::HandedOver && at.offset == EVERY - 1)?;
    let quiet = Duration::from_secs(3);
    let tenth = say!("record {EVERY} to be handed over", "{EVERY}번째 레코드가 전달되기");
    lab.until_quiet(quiet, tenth, |seen, _| records(seen, Progress::HandedOver) >= EVERY as usize).await;
    let early = say!("a commit, which shall not come yet", "커밋(아직 오면 안 된다)");
    lab.until(Duration::from_millis(250), early, |seen, _| commits(seen).iter().any(|commit| next(commit) >= EVERY)).await;
    drop(in_hand);

    let all = say!("the records to be processed while a commit waits", "커밋이 기다리는 동안 레코드가 처리되기");
    lab.until_quiet(quiet, all, |seen, _| records(seen, Progress::Processed) >= RECORDS || stands_still(seen, quiet * 2)).await;
    let first = say!("the first commit", "첫 커밋");
    lab.until(Duration::from_secs(2), first, |seen, _| !commits(seen).is_empty()).await;
    lab.faults().mend();
    lab.faults().let_go();
    let told = say!("tell to be called", "tell이 호출되기");
    lab.until_quiet(Duration::from_secs(1), told, |seen, _| claims::all_is_told(seen)).await;
    lab.produce("T1", sign_ups(1, EVERY as usize)).await?;
    let rest = say!("the last records to be processed", "마지막 레코드가 처리되기");
    let is_answered = |seen: &Recording| commits(seen).iter().all(|commit| commit.answered.is_some());
    let is_up_to_date = |seen: &Recording| claims::keeps_up(seen, seen.events.len()) && is_answered(seen);
    lab.until_quiet(quiet, rest, |seen, _| records(seen, Progress::Processed) >= RECORDS + EVERY as usize && is_up_to_date(seen))
        .await;
    lab.faults().on("OffsetCommit").delay(A_MOMENT);
    lab.ask_to_stop()?;
    lab.end_when_quiet(quiet, say!("it returns when it is asked to stop", "멈추라고 하면 반환한다")).await
}

/// How many records have come so far.
fn records(seen: &Recording, so_far: Progress) -> usize {
    seen.find(|what| matches!(what, What::Record { progress, .. } if *progress == so_far)).count()
}

/// Whether nothing became of a record for so long: a commit that is sent again and again is no news.
fn stands_still(seen: &Recording, quiet: Duration) -> bool {
    let last = seen.events.iter().rfind(|event| matches!(event.what, What::Record { .. }));
    last.is_some_and(|last| Duration::from_micros(seen.duration() - last.at) > quiet)
}

/// The next offset of T1-0 that a commit names.
fn next(commit: &Commit) -> i64 {
    commit.offsets.values().next().copied().unwrap_or_default()
}

/// The commits, in the order in which they were asked for. With `group.protocol=consumer` librdkafka gives a connection up on which a
/// heartbeat has waited for longer than its interval, here behind a commit that is held; it sends that commit again on the next one.
fn commits(seen: &Recording) -> Vec<Commit> {
    seen.commits("G1").into_iter().filter(|commit| !commit.lost).collect()
}

/// The event with which the answer was asked to stop.
fn asked_to_stop(seen: &Recording) -> usize {
    seen.asked_to_stop().unwrap_or(seen.events.len())
}
