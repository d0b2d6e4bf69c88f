//! Grades `02_out_of_order`: the first commit is refused, and its answer comes when a newer commit has been sent. Whatever the answer makes of that,
//! no commit goes back, none passes a record in hand, and in the end all is committed.

use std::{collections::BTreeMap, time::Duration};

use lab::trace::{Commit, Note, Progress, Recording, What};
use lab::{Data, Lab, Mistake, Outcome, Partition, Process, Returned, Run, Seat, missing, mistake, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

#[path = "grade/film.rs"]
pub mod film;

lab::exam!(out_of_order::consume);

/// So many records of a partition are worth a commit.
const EVERY: i64 = 10;
/// Where the machine stands still for longer, nobody can tell who is silent.
const STILL: Duration = Duration::from_millis(700);
/// Nothing new for so long, and nothing will come.
const QUIET: Duration = Duration::from_secs(3);
/// What comes by itself comes within this time.
const A_MOMENT: Duration = Duration::from_millis(400);
/// So late is the answer to the last commit: who does not wait for it returns before.
const LATE: Duration = Duration::from_millis(100);
/// The mark of the answer's return.
const OVER: &str = "consume returned";

const TASK: &str = "09_async_commit/02_out_of_order#your-turn";
const BACK: &str = "09_async_commit/02_out_of_order#back";
const GREATEST: &str = "09_async_commit/02_out_of_order#keep-the-greatest";

/// Runs the answer, in its own process.
pub fn sit(seat: &Seat, consume: impl AsyncFn(&str, &str, &str, Process, CancellationToken) -> KafkaResult<()>) -> Returned {
    if seat.number(film::FILM) > 0 {
        return film::never_retries(seat);
    }
    let answer = consume(seat.bootstrap(), seat.name("G1"), seat.name("T1"), seat.process(1), seat.stop());
    // The runtime ends later: it waits for threads that may block.
    seat.block_on(async { answer.await.inspect(|()| seat.marks(1)(OVER.to_owned())) })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.number(film::FILM, 0);
    lab.steadily(STILL, async |lab| {
        let run = run(lab).await?;
        run.read_as_a_member("G1", TASK)?;
        committed_at_all(&run)?;
        // Who mixes up partitions passes records, and may go back as well, when its numbers are put right at the end.
        passed_nothing_in_hand(&run)?;
        never_went_back(&run)?;
        run.came_to_its_end(TASK)?;
        Ok(committed_all(&run)?)
    })
    .await?;
    if lab.is_for_the_book() {
        lab.aside("back", async |lab| film::shoot(lab, "COORDINATOR_LOAD_IN_PROGRESS").await).await?;
    }
    Ok(())
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.group("G1");
    lab.topic("T1", 2, in_partition(0, EVERY)).await?;
    lab.faults().on("OffsetCommit").nth(1).hold();
    lab.faults().on("OffsetCommit").nth(1).answer("REBALANCE_IN_PROGRESS");
    lab.start().await?;
    let in_hand = lab.hold(|at| at.progress == Progress::HandedOver && is_last(&at.partition, at.offset))?;
    let first = say!("a commit of the first {EVERY} records", "처음 레코드 {EVERY}개의 커밋");
    lab.until_quiet(QUIET, first, |seen, _| !commits(seen).is_empty()).await;
    // Ten more, which may be committed while the first commit waits, and one. Then ten of the other partition: the last of them stays in hand.
    lab.produce("T1", in_partition(0, EVERY + 1)).await?;
    let more = say!("more records of T1-0 to be processed", "T1-0의 레코드가 더 처리되기");
    let goes_on = lab.until_quiet(A_MOMENT * 3, more, |seen, _| processed(seen).get(&t1(0)) == Some(&(2 * EVERY + 1))).await;
    lab.produce("T1", in_partition(1, EVERY)).await?;
    if goes_on {
        let one = say!("a record to be in hand", "레코드 하나가 처리 중이기");
        let comes = |what: &What| matches!(what, What::Record { partition, offset, .. } if is_last(partition, *offset));
        lab.until_quiet(A_MOMENT * 3, one, |seen, _| seen.first(comes).is_some()).await;
    }
    let newer = say!("a newer commit, if one may come", "더 새 커밋(올 수 있다면)");
    lab.until(A_MOMENT, newer, |seen, _| commits(seen).len() > 1).await;
    lab.faults().mend();
    lab.faults().let_go();
    let again = say!("what becomes of the refused commit", "거절된 커밋이 어떻게 되는지");
    lab.until(A_MOMENT, again, |seen, _| goes_back(seen).is_some_and(|(_, older, _)| older.answered.is_some())).await;
    // The last commit on the way is refused too, and nothing comes behind it.
    lab.faults().on("OffsetCommit").times(1).answer("REBALANCE_IN_PROGRESS");
    drop(in_hand);
    let rest = || say!("the last records to be processed", "마지막 레코드가 처리되기");
    let all: BTreeMap<_, _> = [(t1(0), 2 * EVERY + 1), (t1(1), EVERY)].into();
    lab.until_quiet(QUIET, rest(), |seen, _| processed(seen) == all).await;
    let good = say!("the refused commit to be made good", "거절된 커밋이 메워지기");
    let is_good = |commit: &Commit| commit.offsets.get(&t1(1)) == Some(&EVERY) && commit.was_taken(usize::MAX);
    if lab.until(A_MOMENT, good, |seen, _| commits(seen).iter().any(is_good)).await {
        // One record more, for which no commit is due but the last one.
        lab.produce("T1", in_partition(1, 1)).await?;
        lab.until_quiet(QUIET, rest(), |seen, _| processed(seen).get(&t1(1)) == Some(&(EVERY + 1))).await;
    }
    lab.faults().mend();
    lab.faults().on("OffsetCommit").delay(LATE);
    lab.ask_to_stop()?;
    lab.end_when_quiet(QUIET, say!("it returns when it is asked to stop", "멈추라고 하면 반환한다")).await
}

fn t1(partition: i32) -> Partition {
    Partition::new("T1", partition)
}

fn in_partition(partition: i32, count: i64) -> Vec<Data> {
    sign_ups(1, count as usize).into_iter().map(|data| Data { partition, ..data }).collect()
}

/// Whether this is the record that is in hand when the first commit is refused: a tenth one, so who commits it first does it now.
fn is_last(partition: &Partition, offset: i64) -> bool {
    *partition == t1(1) && offset == EVERY - 1
}

/// What is processed, as the next offset of each partition.
fn processed(seen: &Recording) -> BTreeMap<Partition, i64> {
    let done = seen.events.iter().filter_map(|event| match &event.what {
        What::Record { progress: Progress::Processed, partition, offset, .. } => Some((partition.clone(), offset + 1)),
        _ => None,
    });
    done.collect()
}

/// The commits, in the order in which they were asked for, but for those that the client had to send again on another connection.
fn commits(seen: &Recording) -> Vec<Commit> {
    seen.commits("G1").into_iter().filter(|commit| !commit.lost).collect()
}

/// A commit of a smaller offset than an earlier one, which was taken: the earlier, the later, and the partition.
fn goes_back(seen: &Recording) -> Option<(Commit, Commit, Partition)> {
    let mut before: Vec<Commit> = Vec::new();
    for commit in commits(seen) {
        let smaller = |earlier: &Commit| {
            let (partition, _) =
                earlier.offsets.iter().find(|(of, next)| commit.offsets.get(of).is_some_and(|later| later < next))?;
            earlier.was_taken(usize::MAX).then(|| partition.clone())
        };
        if let Some((at, partition)) = before.iter().enumerate().find_map(|(at, earlier)| Some((at, smaller(earlier)?))) {
            return Some((before.swap_remove(at), commit, partition));
        }
        before.push(commit);
    }
    None
}

fn committed_at_all(run: &Run) -> Result<(), Mistake> {
    let first = commits(&run.recording).first().map(|commit| commit.asked);
    let stopped = run.recording.asked_to_stop().unwrap_or(usize::MAX);
    if first.is_some_and(|first| first < stopped) {
        return Ok(());
    }
    run.came_to_its_end(TASK)?;
    let (id, title) = match first {
        Some(_) => ("committed_late", say!("it committed when it was to stop, not before", "멈추라고 한 뒤에야 커밋했다")),
        None => ("never_committed", say!("nothing was committed", "아무것도 커밋하지 않았다")),
    };
    Err(mistake(id, title)
        .expected(say!("a commit for every {EVERY} records of a partition", "파티션의 레코드 {EVERY}개마다 커밋"))
        .seen([missing(say!("no OffsetCommit while it read", "읽는 동안 OffsetCommit이 없다"))])
        .seen(first.map(|first| run.event(first)))
        .why(say!("who takes over begins where this one began", "이어받는 컨슈머는 이 컨슈머가 시작한 곳에서 다시 시작한다"))
        .read(TASK))
}

fn never_went_back(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some((newer, older, partition)) = goes_back(seen) else { return Ok(()) };
    let next = older.offsets[&partition];
    let was_refused =
        |commit: &Commit| commit.asked < newer.asked && commit.offsets.get(&partition) == Some(&next) && commit.error.is_some();
    let refused = commits(seen).into_iter().find(was_refused).and_then(|commit| commit.answered);
    let mut shown: Vec<usize> = refused.into_iter().chain([newer.asked, older.asked]).collect();
    shown.sort_unstable();
    let stopped = seen.asked_to_stop();
    let (id, title) = match refused {
        Some(_) if stopped.is_some_and(|stopped| older.asked > stopped) => (
            "retried_at_the_end",
            say!("at the end an old commit was sent behind newer ones", "끝에 가서 오래된 커밋을 새 커밋 뒤에 보냈다"),
        ),
        Some(_) => {
            ("blind_retry", say!("a refused commit was repeated behind a newer one", "거절된 커밋을 더 새 커밋 뒤에 다시 보냈다"))
        }
        None => ("overtaken", say!("an older commit was sent behind a newer one", "오래된 커밋을 새 커밋 뒤에 보냈다")),
    };
    Err(mistake(id, title)
        .expected(say!("the committed offset of {partition} never goes back", "{partition}의 커밋된 오프셋은 뒤로 가지 않는다"))
        .seen(shown.iter().map(|index| run.event(*index)))
        .seen([run.positions("G1", &partition, older.answered.unwrap_or(older.asked))])
        .why(say!("a consumer that takes over now reads from {next} again", "지금 이어받는 컨슈머는 {next}부터 다시 읽는다"))
        .read(BACK))
}

/// Microseconds that may pass between what a program does and the report of it.
const SOON_AFTER: u64 = 50_000;

fn passed_nothing_in_hand(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let ahead = commits(seen).into_iter().find_map(|commit| {
        let passes = |(partition, next): &(&Partition, &i64)| **next > seen.processed_before(partition, commit.asked);
        let (partition, next) = commit.offsets.iter().find(passes)?;
        Some((commit.asked, partition.clone(), *next))
    });
    let Some((asked, partition, next)) = ahead else { return Ok(()) };
    let covered =
        |what: &What| matches!(what, What::Record { partition: of, offset, .. } if *of == partition && *offset == next - 1);
    // Who commits first and works then has the record in hand at that moment, though it is told a little later.
    let soon = seen.events[asked].at + SOON_AFTER;
    let (id, title) = match seen.first(covered).is_some_and(|index| seen.events[index].at < soon) {
        true => (
            "committed_in_hand",
            say!("a commit passed a record that was still in hand", "아직 처리 중인 레코드를 커밋이 지나갔다"),
        ),
        false => (
            "committed_unread",
            say!(
                "a commit passed records of {partition} that nobody has seen",
                "아무도 보지 않은 {partition}의 레코드를 커밋이 지나갔다"
            ),
        ),
    };
    Err(mistake(id, title)
        .expected(say!("for each partition, the greatest offset that is processed", "파티션마다 처리한 가장 큰 오프셋"))
        .seen([run.event(asked), run.positions("G1", &partition, asked)])
        .why(say!("after a crash those records are never processed", "크래시가 나면 그 레코드는 영영 처리되지 않는다"))
        .read(GREATEST))
}

fn committed_all(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let is_over = |what: &What| matches!(what, What::Note { note: Note::Mark { text }, .. } if text == OVER);
    let over = seen.first(is_over).unwrap_or(seen.events.len() - 1);
    let (mut committed, mut refused) = (BTreeMap::new(), BTreeMap::new());
    for commit in commits(seen) {
        if commit.was_taken(over) {
            committed.extend(commit.offsets);
        } else if let (Some(_), Some(answer)) = (commit.error, commit.answered) {
            refused.extend(commit.offsets.into_iter().map(|(partition, next)| (partition, (next, answer))));
        }
    }
    let done = processed(seen);
    let open = |partition| refused.get(partition).filter(|(named, _)| committed.get(partition).is_none_or(|taken| taken < named));
    let mut behind: Vec<_> = done.iter().filter(|(partition, next)| committed.get(*partition) != Some(*next)).collect();
    behind.sort_by_key(|(partition, _)| open(*partition).is_none());
    let Some((partition, next)) = behind.into_iter().next() else { return Ok(()) };
    let open = open(partition);
    let (id, title) = match open {
        Some(_) => ("left_behind", say!("a refused commit was never made good", "거절된 커밋을 끝내 메우지 않았다")),
        None => (
            "end_not_committed",
            say!("it returned, and the last records are not committed", "마지막 레코드들이 커밋되지 않았는데 반환했다"),
        ),
    };
    Err(mistake(id, title)
        .expected(say!(
            "{next} is committed for {partition} when it returns",
            "반환할 때 {partition}에는 오프셋 {next}까지 커밋되어 있다"
        ))
        .seen(open.map(|(_, answer)| run.event(*answer)))
        .seen([run.positions("G1", partition, over)])
        .why(say!(
            "no newer commit comes behind it that would make it good: those records come again",
            "이것을 메워 줄 더 새 커밋이 오지 않으므로 그 레코드가 다시 온다"
        ))
        .read(GREATEST))
}
