//! Grades `06_batches`: `next_batch` is called again and again. First there are records for more than two batches, then some trickle in,
//! too few for a batch. Then the connections are cut, and later the call is dropped, while `next_batch` has records in hand.

use std::time::{Duration, Instant};

use lab::trace::{Recording, Request, What};
use lab::{Lab, Outcome, Partition, Returned, Run, Seat, brings, say, sign_ups};
use rdkafka::{Message, error::KafkaResult, message::OwnedMessage};

#[path = "grade/calls.rs"]
mod calls;
#[path = "grade/claims.rs"]
mod claims;

lab::exam!(batches::open, batches::next_batch);

const MAX: usize = 20;
/// Two batches and the beginning of a third.
const AT_FIRST: usize = 45;
/// What trickles in afterwards: less than a batch, and each within the wait after the one before, for longer than a call may take. Where
/// the machine wrote them too unevenly to tell from when a call counts its wait, some more.
const TRICKLE: usize = 6;
/// Records in hand when the connections are cut, or the call is dropped.
const IN_HAND: usize = 5;
/// For how long the machine may stand still, so that time is still judged.
const STEADY: Duration = Duration::from_millis(300);
/// How long the answer may take for what is expected next, on a busy machine.
const SOON: Duration = Duration::from_secs(10);
const A_MOMENT: Duration = Duration::from_millis(50);
/// Calls that bring nothing at once are given up after so many.
const MOST_IN_VAIN: usize = 50;

/// Runs the answer, in its own process.
pub fn sit<S>(
    seat: &Seat,
    open: impl Fn(&str, &str, &str) -> KafkaResult<S>,
    next_batch: impl AsyncFn(&mut S, usize, Duration) -> KafkaResult<Vec<OwnedMessage>>,
) -> Returned {
    let (mark, process) = (seat.marks(1), seat.process_at(1));
    let wait = Duration::from_millis(seat.number("wait") as u64);
    seat.block_on(async {
        let mut source = open(seat.bootstrap(), seat.name("G1"), seat.name("T1"))?;
        let (mut drops, mut in_vain) = (1, 0);
        while !seat.stop().is_cancelled() && in_vain < MOST_IN_VAIN {
            let began = Instant::now();
            let dropped = seat.stop_of(drops);
            tokio::select! {
                biased;
                () = dropped.cancelled() => {
                    drops += 1;
                    mark(calls::DROPPED.to_owned());
                }
                returned = next_batch(&mut source, MAX, wait) => {
                    let took = began.elapsed();
                    mark(calls::told(&returned, took));
                    let records = returned.unwrap_or_default();
                    in_vain = if records.is_empty() && took < wait / 2 { in_vain + 1 } else { 0 };
                    for record in records {
                        process(record.topic(), record.partition(), record.offset());
                    }
                }
            }
        }
        KafkaResult::Ok(())
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    // The embedded broker tells of new records only twice a second.
    let wait = Duration::from_millis(if lab.is_embedded() { 600 } else { 300 });
    lab.steadily(STEADY, async |lab| {
        lab.number("wait", wait.as_millis() as i64);
        Ok(claims::of(&run(lab, wait).await?, wait)?)
    })
    .await
}

async fn run(lab: &mut Lab, wait: Duration) -> Result<Run, Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, AT_FIRST)).await?;
    lab.start().await?;
    let mut written = AT_FIRST;
    for step in ["what is there", "a trickle", "a trickle", "a trickle", "a cut", "a drop"] {
        match step {
            "a trickle" if claims::told_by_the_first(&lab.seen(), wait) => {}
            "a trickle" => {
                lab.produce_each("T1", sign_ups(1, TRICKLE), wait * 4 / 5).await?;
                written += TRICKLE;
            }
            "a cut" => {
                put_in_hand(lab, &mut written, wait).await?;
                lab.faults().hang_up();
            }
            "a drop" => drop_a_call(lab, &mut written, wait).await?,
            _ => {}
        }
        let all = say!("{written} records to be returned", "레코드 {written}개가 반환되기");
        let come = |seen: &Recording, _: &_| claims::returned(seen).len() >= written || claims::is_wrong(seen, wait);
        if !lab.until(SOON, all.clone(), come).await || claims::is_wrong(&lab.seen(), wait) {
            return lab.end_when_quiet(A_MOMENT, all).await;
        }
    }
    lab.ask_to_stop()?;
    lab.end_when_quiet(SOON, say!("next_batch returns", "next_batch가 반환한다")).await
}

/// Has a call dropped while it has records in hand; where the call was over before it heard of it, another one. One more record comes behind
/// what was in hand. At that one the answer is held between two calls, until a full batch is there for the next.
async fn drop_a_call(lab: &Lab, written: &mut usize, wait: Duration) -> Result<(), Outcome> {
    for drops in 1..=5 {
        put_in_hand(lab, written, wait).await?;
        lab.ask_member_to_stop(drops)?;
        let dropped = say!("the call to be dropped", "호출이 드롭되기");
        let drops_of = |seen: &Recording| -> Vec<usize> {
            calls::of(seen).into_iter().filter(|call| call.end == calls::End::Dropped).map(|call| call.mark).collect()
        };
        let heard = lab.until(SOON, dropped, |seen, _| drops_of(seen).len() >= drops as usize).await;
        let seen = lab.seen();
        if !heard || drops_of(&seen).into_iter().any(|at| claims::has_in_hand(&seen, at)) {
            break;
        }
    }
    let next = *written as i64;
    let is_returned = move |what: &What| matches!(what, What::Record { offset, .. } if *offset == next);
    let hold = lab.hold(move |at| at.offset == next)?;
    lab.produce("T1", sign_ups(1, 1)).await?;
    let returned = say!("the next call to return", "다음 호출이 반환하기");
    lab.until(6 * wait, returned, |seen, _| seen.first(is_returned).is_some()).await;
    lab.produce("T1", sign_ups(1, MAX)).await?;
    *written += 1 + MAX;
    are_fetched(lab, *written, 6 * wait).await;
    drop(hold);
    Ok(())
}

/// Writes records until a call has some in hand: it has begun before they came, and has not returned.
async fn put_in_hand(lab: &Lab, written: &mut usize, wait: Duration) -> Result<(), Outcome> {
    for _ in 0..5 {
        let calls = calls::of(&lab.seen()).len();
        let begins = say!("a call of next_batch to begin", "next_batch 호출이 시작되기");
        lab.until(6 * wait, begins, |seen, _| calls::of(seen).len() > calls).await;
        // One after another, so that the first are with the answer when the last is on its way.
        lab.produce_each("T1", sign_ups(1, IN_HAND), Duration::from_millis(10)).await?;
        *written += IN_HAND;
        are_fetched(lab, *written, SOON).await;
        if claims::returned(&lab.seen()).len() < *written {
            break;
        }
    }
    Ok(())
}

/// Waits until the consumer asks for what comes behind the records that were written.
async fn are_fetched(lab: &Lab, written: usize, deadline: Duration) {
    let behind = |what: &What| matches!(what, What::Request { request: Request::Fetch { offsets, .. }, .. } if offsets.values().any(|from| *from >= written as i64));
    lab.until(deadline, say!("a Fetch to bring them", "Fetch가 그것을 가져오기"), |seen, _| seen.first(behind).is_some()).await;
}

/// The event with which the record at `offset` came to the client.
fn came(seen: &Recording, offset: i64) -> Option<usize> {
    seen.first(brings(&Partition::new("T1", 0), offset))
}
