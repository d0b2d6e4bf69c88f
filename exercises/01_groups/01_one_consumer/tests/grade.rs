//! Grades `01_one_consumer`: G1 has one member, which is given all four partitions of T1, and as many records as asked for are processed once.
//! After the first records and a quiet moment all connections are cut, as by a broker that restarts; then the other records are written.

use std::time::Duration;

use lab::trace::{History, Recording, Request, What};
use lab::{Lab, Outcome, Process, Progress, Returned, Run, Seat, say, sign_ups};
use rdkafka::error::KafkaResult;

#[path = "grade/membership.rs"]
mod membership;
#[path = "grade/records.rs"]
mod records;

lab::exam!(one_consumer::read);

const PARTITIONS: usize = 4;
/// Sign-ups in T1, and how many of them are asked for.
const RECORDS: usize = 20;
const N: usize = 18;
/// An odd number, so that whoever collects records by twos or fours is still waiting when these are all that there are.
const AT_FIRST: usize = 7;
/// How long an answer may say nothing new.
const QUIET: Duration = Duration::from_secs(4);
/// How long an answer that has returned may take to end.
const A_MOMENT: Duration = Duration::from_secs(1);
/// So many answers without a record make a quiet moment; a broker that has nothing new answers after 0.5 s.
const EMPTY_ANSWERS: usize = 3;
/// Who has asked to join so often and has not fetched yet, does so for ever.
const JOINS_IN_VAIN: usize = 6;
const YOUR_TURN: &str = "01_groups/01_one_consumer#your-turn";

/// Runs the answer, in its own process.
pub fn sit(seat: &Seat, read: impl AsyncFn(&str, &str, &str, usize, Process) -> KafkaResult<()>) -> Returned {
    seat.block_on(read(seat.bootstrap(), seat.name("G1"), seat.name("T1"), N, seat.process(1)))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    let mut records = sign_ups(PARTITIONS as i32, RECORDS);
    let later = records.split_off(AT_FIRST);
    lab.group("G1");
    lab.topic("T1", PARTITIONS as i32, records).await?;

    lab.start().await?;
    let the_first = say!("the first {AT_FIRST} records to be processed", "레코드 {AT_FIRST}개가 처리되기");
    let far_enough = |seen: &Recording, history: &History| seen.times_processed() >= AT_FIRST || went_wrong(seen, history);
    let reached = lab.until_quiet(QUIET, the_first, far_enough).await;
    if went_wrong(&lab.seen(), &History::of(&lab.seen())) {
        return Ok(claims(&lab.cut_short().await?)?);
    }
    if !reached {
        return Ok(claims(&lab.end_when_quiet(A_MOMENT, all_are_processed()).await?)?);
    }
    let quiet_moment = say!("an answer to the consumer that there is nothing new", "새 레코드가 없다는 응답이 컨슈머에 가기");
    lab.until_quiet(QUIET, quiet_moment, |seen, _| seen.waiting(EMPTY_ANSWERS) > 0).await;
    lab.faults().hang_up();
    lab.produce("T1", later).await?;
    Ok(claims(&lab.end_when_quiet(QUIET, all_are_processed()).await?)?)
}

fn all_are_processed() -> lab::Text {
    say!("{N} records are processed, and the function returns", "레코드 {N}개가 처리되고 함수가 반환한다")
}

fn is_processed(what: &What) -> bool {
    matches!(what, What::Record { progress: Progress::Processed, .. })
}

/// What no wait will mend.
fn went_wrong(seen: &Recording, history: &History) -> bool {
    let fetches = seen.first(is_fetch).is_some();
    let in_g1 = history.group("G1").map_or(0, |group| group.members.len());
    in_g1 > 1 || (fetches && in_g1 == 0) || seen.begins_behind(|_| 0).is_some() || membership::joins_in_vain(seen)
}

fn is_fetch(what: &What) -> bool {
    matches!(what, What::Request { request: Request::Fetch { .. }, .. })
}

/// The claims, in the order in which a learner should meet them.
fn claims(run: &Run) -> Result<(), lab::Mistake> {
    membership::joined_g1(run)?;
    membership::subscribed_once(run)?;
    run.began_at(|_| 0)?;
    records::outlived_the_cut(run)?;
    membership::was_one_member_of_its_topic(run)?;
    membership::took_up_its_partitions(run)?;
    records::left_out_no_record(run)?;
    run.came_to_its_end(YOUR_TURN)?;
    run.processed_once(YOUR_TURN, |_, _| true)?;
    records::as_many_as_asked_for(run)
}
