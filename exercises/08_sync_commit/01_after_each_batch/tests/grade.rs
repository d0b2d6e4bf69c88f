//! Grades `01_after_each_batch`: a batch is processed, and then committed, at once and as a whole. Two consumers of G1 read T1, one after
//! the other. `process` of the first fails in the middle of a batch. The second goes on, has a quiet hour, and is asked to stop in the
//! middle of its last batch. A third is asked to stop before any record comes.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use lab::trace::{Progress, Recording, What};
use lab::{Lab, Outcome, Partition, Returned, Run, Seat, Text, returned_by, say, sign_ups};
use rdkafka::{Message, message::BorrowedMessage};
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;

lab::exam!(after_each_batch::consume);

const PARTITIONS: i32 = 2;
/// The largest batch.
const MAX: usize = 20;
/// Records that are there from the beginning: three batches.
const AT_FIRST: usize = 60;
/// Which call of `process` fails, from 0: one in the middle of the second batch.
const FAILS: usize = 30;
/// What comes after the quiet hour, and once more when the end is near: less than a batch.
const LATE: usize = 5;
/// The first commit's answer is held back for so long. Who does not wait for it is seen to go on.
const DELAY: Duration = Duration::from_millis(300);
/// The quiet hour. `next_batch` of the exercise waits 200 ms.
const QUIET_HOUR: Duration = Duration::from_millis(500);

/// The mark where `process` fails.
const FAILURE: &str = "process fails";
/// The error with which it fails.
const FAILED: &str = "no such address";

type Failed = Box<dyn Error + Send + Sync>;
type Process = Arc<dyn Fn(&BorrowedMessage<'_>) -> Result<(), Failed> + Send + Sync>;

/// Runs two consumers, one after the other, in the answer's own process.
pub fn sit(seat: &Seat, consume: impl Fn(&str, &str, &str, usize, Process, CancellationToken) -> Result<(), Failed>) -> Returned {
    let one = |number: u32, fails: usize| {
        let (reached, mark, calls) = (seat.reached(number), seat.marks(number), AtomicUsize::new(0));
        let process: Process = Arc::new(move |record| {
            let at = |progress| reached(progress, record.topic(), record.partition(), record.offset());
            at(Progress::HandedOver);
            if calls.fetch_add(1, Ordering::Relaxed) == fails {
                mark(FAILURE.to_owned());
                return Err(FAILED.into());
            }
            at(Progress::Processed);
            Ok(())
        });
        consume(seat.bootstrap(), seat.name("G1"), seat.name("T1"), MAX, process, seat.stop())
    };
    match one(1, FAILS) {
        Err(failed) if tells_of_it(&*failed) => {}
        Err(other) => return Err(other.to_string()),
        Ok(()) => return returned_by::<_, String>(Ok("Ok")),
    }
    seat.marks_its_stop(2);
    returned_by(one(2, usize::MAX).and_then(|()| one(3, usize::MAX)))
}

/// Whether this is the error of `process`, or one that wraps it.
fn tells_of_it(failed: &(dyn Error + 'static)) -> bool {
    failed.to_string().contains(FAILED) || failed.source().is_some_and(tells_of_it)
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    Ok(claims::of(&run(lab).await?)?)
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    let quiet = Duration::from_secs(if lab.is_embedded() { 6 } else { 3 });
    lab.group("G1");
    lab.topic("T1", PARTITIONS, sign_ups(PARTITIONS, AT_FIRST)).await?;
    // Where nothing is committed, the partitions begin one after the other, and half a second apart.
    lab.commit("G1", &[("T1", 0, 0), ("T1", 1, 0)]).await?;
    lab.faults().on("OffsetCommit").nth(1).delay(DELAY);
    lab.start().await?;
    let first = say!("60 records to be processed and committed", "레코드 60개가 처리되고 커밋되기");
    if lab.until_quiet(quiet, first, |seen, _| is_up_to_date(seen, AT_FIRST)).await {
        let hour = say!("nothing, since nothing is written", "쓰이는 레코드가 없으니 아무 일도 없기");
        lab.until(QUIET_HOUR, hour, |_, _| false).await;
        lab.produce("T1", sign_ups(PARTITIONS, LATE)).await?;
        let more = say!("the late records to be processed and committed", "늦게 온 레코드가 처리되고 커밋되기");
        if lab.until_quiet(quiet, more, |seen, _| is_up_to_date(seen, AT_FIRST + LATE)).await {
            return stop_in_a_batch(lab, quiet).await;
        }
    }
    lab.ask_to_stop()?;
    lab.end_when_quiet(quiet, returns()).await
}

fn returns() -> Text {
    say!(
        "the function returns when it is asked to stop, whether records come or not",
        "레코드가 오든 오지 않든 멈추라고 하면 함수가 반환한다"
    )
}

/// The stop comes while the first record of a batch is in hand.
async fn stop_in_a_batch(lab: &mut Lab, quiet: Duration) -> Result<Run, Outcome> {
    let next = lab.hold(|at| at.progress == Progress::HandedOver)?;
    let is_in_hand = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, member: 2, .. });
    let before = lab.seen().find(is_in_hand).count();
    lab.produce("T1", sign_ups(1, LATE)).await?;
    let one = say!("the first record of the last batch to be in hand", "마지막 배치의 첫 레코드를 처리하는 중이기");
    lab.until_quiet(quiet, one, |seen, _| seen.find(is_in_hand).count() > before).await;
    lab.ask_to_stop()?;
    let heard = say!("the stop to arrive", "정지 요청이 도착하기");
    lab.until(quiet, heard, |seen, _| seen.first(lab::stop_arrived).is_some()).await;
    drop(next);
    lab.end_when_quiet(quiet, returns()).await
}

/// Whether so many records are processed, and committed.
fn is_up_to_date(seen: &Recording, records: usize) -> bool {
    let now = seen.events.len();
    let (done, taken): (Vec<i64>, Vec<i64>) =
        partitions().map(|partition| (seen.processed_before(&partition, now), committed(seen, &partition, now))).unzip();
    done.iter().sum::<i64>() == records as i64 && taken == done
}

fn partitions() -> impl Iterator<Item = Partition> {
    (0..PARTITIONS).map(|number| Partition::new("T1", number))
}

fn committed(seen: &Recording, partition: &Partition, before: usize) -> i64 {
    seen.committed_before("G1", partition, before).unwrap_or(0)
}
