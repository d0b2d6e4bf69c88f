//! Grades `02_commit_failed`: a consumer whose commits are refused reads on. The first refusal means "not now"; with the second the tap
//! says that the group has got a new generation; the third is real, since the lab has taken the consumer out of its group. What another
//! consumer commits meanwhile, stays committed.

use std::time::Duration;

use lab::trace::{History, Progress, Recording, Request, What};
use lab::{Data, Lab, Outcome, Partition, Process, Returned, Run, Seat, Text, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;

lab::exam!(commit_failed::consume);

/// The largest batch; so many records are written to one partition, each time but once.
const MAX: usize = 4;
/// Where T1-1 ends: its second batch is smaller, and a batch all the same.
const ENDS_AT: i64 = 7;
/// What the other consumer commits for T1-0 while the answer is out of the group.
const OTHERS: i64 = 16;
/// So many commits refused in a row, and none in between that was taken, are no accident.
const IN_A_ROW: usize = 8;
/// So long the first commit has no answer at most, while more records are there. Who does not wait for it takes them.
const A_WHILE: Duration = Duration::from_millis(250);

/// Runs the answer, in its own process.
pub fn sit(seat: &Seat, consume: impl Fn(&str, &str, &str, usize, Process, CancellationToken) -> KafkaResult<()>) -> Returned {
    lab::returned_by(consume(seat.bootstrap(), seat.name("G1"), seat.name("T1"), MAX, seat.process(1), seat.stop()))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.needs_real_broker(say!(
        "another consumer has to commit while this one is out, and the embedded broker takes no such commit",
        "이 컨슈머가 밀려나 있는 동안 다른 컨슈머가 커밋해야 하는데 내장 브로커는 그런 커밋을 받지 않는다"
    ))?;
    Ok(claims::of(&run(lab).await?)?)
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.group("G1");
    lab.topic("T1", 2, sign_ups(1, MAX)).await?;
    lab.commit("G1", &[("T1", 0, 0), ("T1", 1, 0)]).await?;
    lab.faults().on("OffsetCommit").nth(1).hold();
    lab.faults().on("OffsetCommit").times(1).answer("REBALANCE_IN_PROGRESS");
    lab.start().await?;
    if gets_on(lab).await? {
        lab.ask_to_stop()?;
    } else if claims::goes_round(&lab.seen()) {
        return lab.cut_short().await;
    }
    let quiet = Duration::from_secs(1);
    lab.end_when_quiet(quiet, say!("the function returns when it is asked to stop", "멈추라고 하면 함수가 반환한다")).await
}

/// Three refusals. False as soon as the answer does not get on.
async fn gets_on(lab: &mut Lab) -> Result<bool, Outcome> {
    let first = say!("a first commit, which will be refused", "첫 커밋(거절될 것이다)");
    if !until(lab, first, |seen, _| !seen.commits("G1").is_empty()).await {
        return Ok(false);
    }
    write(lab, 1, MAX).await?;
    let early = say!("a record, which shall not be taken yet", "레코드(아직 처리하면 안 된다)");
    lab.until(A_WHILE, early, |seen, _| lab::went_on(seen, "G1").is_some()).await;
    lab.faults().let_go();
    if !until(lab, read_on(1, 4), |seen, _| committed(seen, 1) >= 4).await {
        return Ok(false);
    }
    // What a member of the new protocol would hear is another code.
    if !is_new(&lab.seen()) {
        lab.faults().on("OffsetCommit").times(1).answer("ILLEGAL_GENERATION");
    }
    write(lab, 0, MAX).await?;
    if !until(lab, read_on(0, 8), |seen, _| committed(seen, 0) >= 8).await {
        return Ok(false);
    }
    let held = lab.hold(|at| at.progress == Progress::HandedOver && at.partition == t1(0) && at.offset == 9)?;
    write(lab, 0, MAX).await?;
    let at_work = say!("it to be at work on T1-0 offset 9", "T1-0 오프셋 9를 처리하는 중이기");
    if !until(lab, at_work, |seen, _| claims::handed_over(seen, &t1(0), 9).is_some()).await {
        return Ok(false);
    }
    lab.mark(claims::EXPELLED);
    lab.forget_members("G1").await?;
    write(lab, 0, MAX).await?;
    lab.commit("G1", &[("T1", 0, OTHERS)]).await?;
    lab.mark(claims::OTHER);
    drop(held);
    let back = say!("it to be back in the group", "그룹으로 돌아오기");
    if !until(lab, back, |seen, _| is_back(seen)).await {
        return Ok(false);
    }
    write(lab, 1, ENDS_AT as usize - MAX).await?;
    if !until(lab, read_on(1, ENDS_AT), |seen, _| committed(seen, 1) >= ENDS_AT).await {
        return Ok(false);
    }
    write(lab, 0, MAX).await?;
    let end = OTHERS + MAX as i64;
    Ok(until(lab, read_on(0, end), |seen, _| committed(seen, 0) >= end).await)
}

async fn until(lab: &Lab, what: Text, mut reached: impl FnMut(&Recording, &History) -> bool) -> bool {
    let mut is_reached = false;
    lab.until_quiet(Duration::from_secs(4), what, |seen, history| {
        is_reached = reached(seen, history);
        is_reached || claims::goes_round(seen)
    })
    .await;
    is_reached
}

fn read_on(partition: i32, to: i64) -> Text {
    say!("T1-{partition} to be committed up to {to}", "T1-{partition} 파티션이 {to}까지 커밋되기")
}

/// Writes records to one partition.
async fn write(lab: &Lab, partition: i32, records: usize) -> Result<(), Outcome> {
    let to = |record: Data| Data { partition, ..record };
    lab.produce("T1", sign_ups(1, records).into_iter().map(to).collect()).await
}

fn t1(number: i32) -> Partition {
    Partition::new("T1", number)
}

fn committed(seen: &Recording, partition: i32) -> i64 {
    seen.committed_before("G1", &t1(partition), seen.events.len()).unwrap_or(0)
}

fn is_new(seen: &Recording) -> bool {
    seen.first(|what| matches!(what, What::Request { request: Request::ConsumerGroupHeartbeat { .. }, .. })).is_some()
}

/// Whether it asks for its offsets again, after it was put out of the group.
fn is_back(seen: &Recording) -> bool {
    let expelled = claims::mark(seen, claims::EXPELLED).unwrap_or(usize::MAX);
    let asks = |what: &What| matches!(what, What::Request { request: Request::OffsetFetch { .. }, .. });
    seen.find(asks).any(|(index, _)| index > expelled)
}
