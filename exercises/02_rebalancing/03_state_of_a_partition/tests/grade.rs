//! Grades `03_state_of_a_partition`: C1 counts alone, C2 joins and takes partitions over, C2 leaves and gives them back. After each record
//! the counters have to be right: what the member has read of each partition since it was given it, and nothing of any other.

use std::{sync::Arc, time::Duration};

use lab::trace::{History, Note, Progress, Recording, What};
use lab::{Data, Lab, Outcome, Returned, Run, Seat, say, sign_ups};
use rdkafka::{Message, error::KafkaResult, message::BorrowedMessage};
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;
#[path = "grade/counters.rs"]
mod counters;

use counters::{Counters, are_complete, first_wrong};

lab::exam!(state_of_a_partition::member);

const PARTITIONS: i32 = 4;
/// Sign-ups in each partition of a batch. The first is written before C1 joins, the second after C2 has joined.
const IN_EACH: i64 = 5;
/// How the mark begins with which a member's end is told.
const RETURNED: &str = "returned";
const PAGE: &str = "02_rebalancing/03_state_of_a_partition";

type Process = Arc<dyn Fn(&BorrowedMessage<'_>, &Counters) + Send + Sync>;

/// Runs the answer, in its own process: two members on a thread and a runtime each, like two programs. C2 starts when C1 has read the
/// first batch.
pub fn sit(
    seat: &Seat,
    member: impl AsyncFn(&str, &str, &str, Process, CancellationToken) -> KafkaResult<()> + Sync,
) -> Returned {
    let batch_read = CancellationToken::new();
    std::thread::scope(|scope| {
        for n in 1..=2 {
            let (member, batch_read, mark) = (&member, &batch_read, seat.marks(n));
            let process = process(seat, n, batch_read);
            let (bootstrap, group, topic) = (seat.bootstrap(), seat.name("G1"), seat.name("T1"));
            scope.spawn(move || {
                let answer = async {
                    if n == 2 && seat.stop_of(n).run_until_cancelled(batch_read.cancelled()).await.is_none() {
                        return Ok(());
                    }
                    member(bootstrap, group, topic, process, seat.stop_of(n)).await
                };
                match seat.block_on(answer) {
                    Ok(_) => mark(format!("{RETURNED} Ok")),
                    Err(error) => mark(format!("{RETURNED} Err: {error}")),
                }
            });
        }
    });
    lab::returned_by::<(), String>(Ok(()))
}

/// Reports each record. The counters are put on the time line with the last record of a batch in a partition, without those that are 0.
fn process(seat: &Seat, n: u32, batch_read: &CancellationToken) -> Process {
    let (report, mark, batch_read) = (seat.process(n), seat.marks(n), batch_read.clone());
    let left = std::sync::atomic::AtomicI64::new(i64::from(PARTITIONS) * IN_EACH - 1);
    Arc::new(move |record, counters| {
        report(record);
        if (record.offset() + 1) % IN_EACH == 0 {
            let counted = counters.iter().filter(|(_, count)| **count > 0);
            mark(counters::told(&counted.map(|(partition, count)| (*partition, *count)).collect()));
        }
        if left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) == 0 {
            batch_read.cancel();
        }
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    Ok(claims::of(&run(lab).await?)?)
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    // A group hears of a change at its next heartbeat, by default within 3 s; without Docker after a session less one second.
    let rebalance = Duration::from_secs(if lab.is_embedded() { 7 } else { 5 });
    let reading = Duration::from_secs(3);
    lab.group("G1");
    lab.topic("T1", PARTITIONS, batch()).await?;
    lab.start().await?;
    let alone = say!("C1 to count the first sign-ups", "C1이 첫 가입 레코드를 세기");
    let two = say!("C1 and C2 to share T1", "C1과 C2가 T1을 나눠 맡기");
    if wait(lab, reading, alone, |seen, _| are_complete(seen, &[1], 1)).await
        && wait(lab, rebalance, two, |_, history| history.shares("G1") == [2, 2]).await
    {
        lab.produce("T1", batch()).await?;
        let both = say!("both to count the sign-ups of their partitions", "두 멤버가 자기 파티션의 가입 레코드를 세기");
        if wait(lab, reading, both, |seen, _| are_complete(seen, &[1, 2], 2)).await {
            lab.ask_member_to_stop(2)?;
            let again = say!("C2 to leave, and C1 to count all partitions", "C2가 떠나고 C1이 모든 파티션을 세기");
            let has_left = |seen: &Recording| marks(seen).any(|(_, member, text)| member == 2 && text.starts_with(RETURNED));
            wait(lab, rebalance, again, |seen, _| has_left(seen) && are_complete(seen, &[1], 2)).await;
        }
    }
    end_of(lab).await
}

fn batch() -> Vec<Data> {
    sign_ups(PARTITIONS, (i64::from(PARTITIONS) * IN_EACH) as usize)
}

/// Waits as long as there is news, unless a counter is wrong. False where it came to nothing.
async fn wait(lab: &Lab, quiet: Duration, what: lab::Text, mut reached: impl FnMut(&Recording, &History) -> bool) -> bool {
    let either = |seen: &_, history: &_| first_wrong(seen, history).is_some() || reached(seen, history);
    lab.until_quiet(quiet, what, either).await && first_wrong(&lab.seen(), &History::of(&lab.seen())).is_none()
}

/// Asks all to stop, and waits for their end. Where the counters are wrong already, that is enough.
async fn end_of(lab: &mut Lab) -> Result<Run, Outcome> {
    if first_wrong(&lab.seen(), &History::of(&lab.seen())).is_some() {
        return lab.cut_short().await;
    }
    lab.ask_to_stop()?;
    let returns =
        say!("all members return soon after their stop tokens are cancelled", "정지 토큰이 취소되면 모든 멤버가 곧 반환한다");
    lab.end_when_quiet(Duration::from_secs(3), returns).await
}

/// The marks: index, member, text.
fn marks(seen: &Recording) -> impl Iterator<Item = (usize, u32, &str)> {
    seen.events.iter().enumerate().filter_map(|(index, event)| match &event.what {
        What::Note { member, note: Note::Mark { text } } => Some((index, *member, text.as_str())),
        _ => None,
    })
}

/// The records that `process` returned from: the event's index, the member, the partition's number, the offset.
fn processed(seen: &Recording) -> impl DoubleEndedIterator<Item = (usize, u32, i32, i64)> {
    seen.events.iter().enumerate().filter_map(|(index, event)| match &event.what {
        What::Record { progress: Progress::Processed, member, partition, offset } => {
            Some((index, *member, partition.number, *offset))
        }
        _ => None,
    })
}
