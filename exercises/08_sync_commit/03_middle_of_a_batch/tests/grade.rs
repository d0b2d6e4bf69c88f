//! Grades `03_middle_of_a_batch`: four workers, and two slow records of T1-0, the first and the last. What is between them is done long before
//! the first is; no commit passes it. The answer to the first commit is held back: who does not wait sends the next one meanwhile. Both are
//! still in work when the consumer is asked to stop, and more records come.

use std::{sync::Arc, time::Duration};

use lab::trace::{Progress, Recording, What};
use lab::{Data, Lab, Outcome, Partition, Returned, Run, Seat, say, sign_ups};
use rdkafka::{Message, error::KafkaResult, message::OwnedMessage};
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;

lab::exam!(middle_of_a_batch::consume);

const WORKERS: usize = 4;
/// After so many records that are done, it commits.
const EVERY: usize = 4;
/// What the group has committed before: T1-0 does not begin at 0.
const BEGIN: i64 = 2;
/// The ends of T1-0 and T1-1.
const ENDS: [i64; 2] = [12, 32];
/// The last records of T1-1 come one at a time, so that each could have a commit of its own.
const TRICKLE: usize = 8;
/// Records to be done in all.
const RECORDS: usize = 42;
/// The last record of T1-0 is slow as well: it is in work, and what is before it is done.
const LAST: i64 = ENDS[0] - 1;
/// Who commits each record does it within this time.
const A_MOMENT: Duration = Duration::from_millis(60);
/// So long the first commit has no answer, a record more than there are workers may come, and the slow records go on after the stop.
const A_WHILE: Duration = Duration::from_millis(300);

type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// Runs the answer, in its own process.
pub fn sit(
    seat: &Seat,
    consume: impl Fn(&str, &str, &str, usize, usize, Process, CancellationToken) -> KafkaResult<()>,
) -> Returned {
    let at = seat.process_at(1);
    let process: Process = Arc::new(move |record| at(record.topic(), record.partition(), record.offset()));
    seat.marks_its_stop(1);
    lab::returned_by(consume(seat.bootstrap(), seat.name("G1"), seat.name("T1"), WORKERS, EVERY, process, seat.stop()))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    Ok(claims::of(&run(lab).await?)?)
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    let quiet = Duration::from_millis(if lab.is_embedded() { 5_000 } else { 2_000 });
    lab.group("G1");
    lab.topic("T1", 2, records(0)).await?;
    lab.commit("G1", &[("T1", 0, BEGIN), ("T1", 1, 0)]).await?;
    lab.faults().on("OffsetCommit").nth(1).delay(A_WHILE);
    lab.start().await?;
    let is_slow = |partition: &Partition, offset: i64| *partition == t1(0) && [BEGIN, LAST].contains(&offset);
    let slow = lab.hold(move |at| at.progress == Progress::HandedOver && is_slow(&at.partition, at.offset))?;
    let both = say!("the first and the last record of T1-0 to be in work", "T1-0의 첫 레코드와 마지막 레코드를 처리하는 중이기");
    let in_work = |what: &What| matches!(what, What::Record { partition, offset, .. } if is_slow(partition, *offset));
    lab.until_quiet(quiet, both, |seen, _| seen.find(in_work).count() == 2).await;
    // As many of T1-1 in work as there are workers for it; the commits of what is done of T1-0 come meanwhile.
    let busy = lab.hold(|at| at.progress == Progress::HandedOver && at.partition == t1(1) && at.offset < WORKERS as i64)?;
    let mut first = records(1);
    let trickle = first.split_off(first.len() - TRICKLE);
    lab.produce("T1", first).await?;
    let too_many = say!(
        "more than {WORKERS} records in work, which shall not be",
        "레코드가 {WORKERS}개보다 많이 처리 중이기(그러면 안 된다)"
    );
    lab.until(A_WHILE, too_many, |seen, _| claims::one_too_many(seen).is_some()).await;
    drop(busy);
    let burst = say!("the first records of T1-1 to be done", "T1-1의 첫 레코드들이 끝나기");
    lab.until_quiet(quiet, burst, |seen, _| seen.times_processed() >= RECORDS - 2 - TRICKLE).await;
    for record in trickle {
        let before = lab.seen().times_processed();
        lab.produce("T1", vec![record]).await?;
        let one = || say!("the last records of T1-1, which come one at a time", "하나씩 오는 T1-1의 마지막 레코드들");
        if !lab.until(quiet, one(), |seen, _| seen.times_processed() > before).await {
            break;
        }
        // Who commits each record does it now.
        lab.until(A_MOMENT, one(), |seen, _| committed(seen, 1) >= next_of(seen, 1)).await;
    }
    let others = say!("all records but the slow ones to be done", "느린 레코드만 빼고 모두 끝나기");
    let enough = |seen: &Recording| seen.times_processed() >= RECORDS - 2 && committed(seen, 1) > 0;
    lab.until_quiet(quiet, others, |seen, _| enough(seen)).await;
    lab.ask_to_stop()?;
    let heard = say!("the stop to arrive", "정지 요청이 도착하기");
    lab.until(quiet, heard, |seen, _| seen.first(lab::stop_arrived).is_some()).await;
    lab.produce("T1", records(1)).await?;
    let waits = say!("nothing, since the slow records are in work", "느린 레코드를 처리하는 중이므로 아무 일도 없기");
    lab.until(A_WHILE, waits, |seen, _| claims::took_more(seen).is_some()).await;
    drop(slow);
    lab.end_when_quiet(quiet, say!("it finishes what is in work, and returns", "처리 중인 것을 마치고 반환한다")).await
}

/// The records of one partition.
fn records(partition: i32) -> Vec<Data> {
    let to = |data: Data| Data { partition, ..data };
    sign_ups(1, ENDS[partition as usize] as usize).into_iter().map(to).collect()
}

fn committed(seen: &Recording, partition: i32) -> i64 {
    seen.committed_before("G1", &t1(partition), seen.events.len()).unwrap_or([BEGIN, 0][partition as usize])
}

/// The next offset after the last record of a partition that is done.
fn next_of(seen: &Recording, partition: i32) -> i64 {
    seen.processed_before(&t1(partition), seen.events.len())
}

fn t1(number: i32) -> Partition {
    Partition::new("T1", number)
}
