//! Grades `03_idle_consumer`: five members of G1 on four partitions. One idles, stays in the group with its heartbeats, and takes over
//! when another one is asked to stop. Before that, `useful_members` has to say how many members are useful.

use std::{collections::BTreeSet, time::Duration};

use lab::trace::{History, Note, Partition, Progress, Recording, What, history::Group};
use lab::{Lab, Outcome, Process, Returned, Run, Seat, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

#[path = "grade/capacity.rs"]
mod capacity;
#[path = "grade/members.rs"]
mod members;
#[path = "grade/standby.rs"]
mod standby;

lab::exam!(idle_consumer::member, idle_consumer::useful_members);

const PARTITIONS: i32 = 4;
const MEMBERS: u32 = 5;
/// Sign-ups in each partition of a batch. The first is written before anybody joins, the second while one member idles, the third after
/// another one has left.
const IN_EACH: i64 = 5;
/// A group settles within this time. (Without Docker, one whose members are not polled shares its partitions anew without end.)
const SETTLE_WITHIN: Duration = Duration::from_secs(20);
/// Records that were written are processed, and the next heartbeat is sent, within this time: heartbeat.interval.ms is 3 s by default.
const WITHIN: Duration = Duration::from_secs(8);
const PAGE: &str = "01_groups/03_idle_consumer";

/// What the answer tells of its assignment.
type Idle = std::sync::Arc<dyn Fn(bool) + Send + Sync>;

/// Runs the answer, in its own process: `useful_members` first, then five members on a thread and a runtime each, like five programs.
pub fn sit(
    seat: &Seat,
    member: impl AsyncFn(&str, &str, &str, Process, Idle, CancellationToken) -> KafkaResult<()> + Sync,
    useful_members: impl Fn(u32, f64, f64) -> u32,
) -> Returned {
    let mark = seat.marks(0);
    for case in &capacity::CASES {
        mark(case.told(useful_members(case.partitions, case.arrivals, case.per_member)));
    }
    std::thread::scope(|scope| {
        let programs: Vec<_> = (1..=MEMBERS)
            .map(|n| {
                let (member, mark, mark_idle) = (&member, seat.marks(n), seat.marks(n));
                let idle: Idle = std::sync::Arc::new(move |idle| mark_idle(format!("idle({idle})")));
                scope.spawn(move || {
                    let (bootstrap, group, topic) = (seat.bootstrap(), seat.name("G1"), seat.name("T1"));
                    seat.block_on(async {
                        let ended = member(bootstrap, group, topic, seat.process(n), idle, seat.stop_of(n)).await;
                        mark(ended.as_ref().map_or_else(|error| format!("returned Err: {error}"), |()| "returned Ok".to_owned()));
                        ended
                    })
                })
            })
            .collect();
        let ends = programs.into_iter().map(|program| program.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        ends.fold(lab::returned_by::<(), String>(Ok(())), Returned::and)
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    let run = run(lab).await?;
    capacity::claims(&run)?;
    run.began_at(|_| 0)?;
    members::claims(&run)?;
    standby::waited(&run)?;
    standby::took_over(&run)?;
    Ok(run.processed_once(&format!("{PAGE}#your-turn"), |_, offset| offset >= 2 * IN_EACH)?)
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.group("G1");
    lab.topic("T1", PARTITIONS, some_sign_ups()).await?;
    lab.start().await?;
    let counted = say!("useful_members to answer", "useful_members의 답");
    let all_told = |seen: &Recording, _: &_| capacity::told(seen).count() == capacity::CASES.len();
    if !lab.until(Duration::from_secs(10), counted, all_told).await || capacity::first_wrong(&lab.seen()).is_some() {
        return lab.cut_short().await;
    }

    // A group that has settled hears of a change at its next heartbeat, without Docker after a session less one second.
    let quiet = Duration::from_secs(if lab.is_embedded() { 7 } else { 5 });
    let five = say!("five members of G1, one of them without a partition", "G1의 멤버 다섯, 그중 하나는 파티션 없음");
    let settled = |seen: &Recording, history: &History| went_wrong(seen, history) || is_settled(history, MEMBERS);
    let is_settled_in_time = timeout(SETTLE_WITHIN, lab.until_quiet(quiet, five, settled)).await.unwrap_or(false);
    if !is_settled_in_time || went_wrong(&lab.seen(), &History::of(&lab.seen())) {
        return lab.cut_short().await;
    }
    lab.produce("T1", some_sign_ups()).await?;
    let idles = say!("one member to say that it idles, and to send a heartbeat", "한 멤버가 논다고 알리고 하트비트를 보내기");
    let waits = |seen: &Recording, history: &History| went_wrong(seen, history) || standby::waits(seen, history);
    if !lab.until(WITHIN, idles, waits).await || went_wrong(&lab.seen(), &History::of(&lab.seen())) {
        return lab.cut_short().await;
    }

    let busy = standby::busy(&lab.seen()).first().copied().unwrap_or(1);
    lab.ask_member_to_stop(busy)?;
    let four = say!("C{busy} to leave, and the idle member to take over", "C{busy} 멤버가 떠나고 놀던 멤버가 이어받기");
    let within = Duration::from_secs(if lab.is_embedded() { 15 } else { 8 });
    if !lab.until(within, four, |_, history| is_settled(history, MEMBERS - 1)).await {
        return lab.cut_short().await;
    }
    lab.produce("T1", some_sign_ups()).await?;
    let all_read = say!("the sign-ups written since then to be processed", "그 뒤에 쓴 가입 레코드가 처리되기");
    let done = |seen: &Recording, _: &_| {
        let says_so = standby::says(seen, standby::number(seen)) == Some(false);
        unread(seen, 2).is_none() && says_so && standby::works_and_says_idle(seen, 2, seen.events.len()).is_none()
    };
    if !lab.until(WITHIN, all_read, done).await {
        return lab.cut_short().await;
    }
    lab.ask_to_stop()?;
    lab.end(say!("all members return soon after their stop tokens are cancelled", "정지 토큰이 취소되면 모든 멤버가 곧 반환한다"))
        .await
}

fn some_sign_ups() -> Vec<lab::Data> {
    sign_ups(PARTITIONS, (i64::from(PARTITIONS) * IN_EACH) as usize)
}

/// G1 has `members` members now; four of them hold one partition of T1 each, the others nothing.
fn is_settled(history: &History, members: u32) -> bool {
    let now = |group: &Group| {
        let holdings = group.members.iter().filter_map(|member| member.holds());
        let shares: Vec<_> = holdings.map(|holding| &holding.partitions).collect();
        let partitions: BTreeSet<_> = shares.iter().copied().flatten().collect();
        shares.len() == members as usize && partitions.len() == PARTITIONS as usize && shares.iter().all(|share| share.len() <= 1)
    };
    history.group("G1").is_some_and(now)
}

/// What no wait will mend: a member returns that was not asked to, or joins a second time.
fn went_wrong(seen: &Recording, history: &History) -> bool {
    let joined_again = |group: &Group| members::joined_again(&group.members).is_some();
    members::returned(seen).next().is_some() || history.group("G1").is_some_and(joined_again)
}

/// A partition with a record of batch `n` (from 0) that was not processed.
fn unread(seen: &Recording, n: i64) -> Option<Partition> {
    let processed: BTreeSet<(&Partition, i64)> = seen
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Record { progress: Progress::Processed, partition, offset, .. } => Some((partition, *offset)),
            _ => None,
        })
        .collect();
    let mut partitions = (0..PARTITIONS).map(|number| Partition::new("T1", number));
    partitions.find(|partition| (n * IN_EACH..(n + 1) * IN_EACH).any(|offset| !processed.contains(&(partition, offset))))
}

/// The marks whose text holds `part`, with their index and member.
fn marks<'a>(seen: &'a Recording, part: &'a str) -> impl Iterator<Item = (usize, u32, &'a str)> {
    seen.events.iter().enumerate().filter_map(move |(index, event)| match &event.what {
        What::Note { member, note: Note::Mark { text } } if text.contains(part) => Some((index, *member, text.as_str())),
        _ => None,
    })
}
