//! Grades `02_sharing`: G1 has two members, then four; its members share T1, and the answer says who holds what. Each time records are
//! written once the group has settled, so that each of them has one owner.

use std::{collections::BTreeSet, time::Duration};

use lab::trace::{History, Note, Partition, Progress, Recording, Request, What, history::Group};
use lab::{Data, Lab, Mistake, Outcome, Process, Returned, Run, Seat, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

#[path = "grade/membership.rs"]
mod membership;
#[path = "grade/records.rs"]
mod records;
#[path = "grade/shares.rs"]
mod shares;

lab::exam!(sharing::share);

const PARTITIONS: i32 = 4;
/// Sign-ups that T1 holds before anybody joins, and those that are written each time when the group has settled.
const RECORDS: usize = 20;
const LATER: usize = 12;
/// The later ones by partition. Uneven, so that a member with little to do must not keep another one waiting; among four, one has nothing
/// to do, and holds its partition all the same.
const LATER_AMONG_TWO: [i64; PARTITIONS as usize] = [1, 1, 1, 9];
const LATER_AMONG_FOUR: [i64; PARTITIONS as usize] = [1, 1, 0, 10];

/// A group settles within this time. (Without Docker, one whose members are not polled shares its partitions anew without end.)
const SETTLE_WITHIN: Duration = Duration::from_secs(20);
/// Where the book says what is asked for, what a group does, and that an assignment changes.
const TASK: &str = "01_groups/02_sharing#your-turn";
const GROUP: &str = "01_groups/02_sharing#one-group-several-members";
const MOMENT: &str = "01_groups/02_sharing#an-assignment-is-of-this-moment";

/// One run.
struct Sharing {
    members: usize,
    /// The first offset in each partition that no earlier run has read, and that was written after the group had settled.
    from: [i64; PARTITIONS as usize],
    later_from: [i64; PARTITIONS as usize],
    later_in_each: [i64; PARTITIONS as usize],
    /// Whether the group has settled, so that the later records were written.
    settled: bool,
}

/// Runs the answer, in its own process.
pub fn sit(
    seat: &Seat,
    share: impl AsyncFn(&str, &str, &str, &[Process], CancellationToken) -> KafkaResult<Vec<Vec<i32>>>,
) -> Returned {
    let processes: Vec<_> = (1..).take(seat.number("members")).map(|member| seat.process(member)).collect();
    seat.block_on(share(seat.bootstrap(), seat.name("G1"), seat.name("T1"), &processes, seat.stop()))
}

/// Lets the answer run with two members, then with four, and judges both.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", PARTITIONS, sign_ups(PARTITIONS, RECORDS)).await?;
    let mut two = Sharing { members: 2, from: [0; 4], later_from: [5; 4], later_in_each: LATER_AMONG_TWO, settled: false };
    let run = two.run(lab).await?;
    two.claims(&run)?;
    lab.begin_anew("two");
    let read = [6, 6, 6, 14];
    let mut four = Sharing { members: 4, from: read, later_from: read, later_in_each: LATER_AMONG_FOUR, settled: false };
    let run = four.run(lab).await?;
    Ok(four.claims(&run)?)
}

impl Sharing {
    async fn run(&mut self, lab: &mut Lab) -> Result<Run, Outcome> {
        let members = self.members;
        lab.number("members", members as i64);
        lab.start().await?;

        // Without Docker a group that has settled takes up to 5 s to let another member in.
        let quiet = Duration::from_secs(if lab.is_embedded() { 7 } else { 5 });
        let share =
            say!("G1 to have {members} members that share T1-0 to T1-3", "G1의 멤버 {members}개가 T1-0부터 T1-3까지 나눠 맡기");
        let went_wrong = |seen: &Recording, history: &History| went_wrong(seen, history, self.from);
        let everybody = |seen: &Recording, history: &History| went_wrong(seen, history) || asked_to_join(seen) >= members;
        let settled = |seen: &Recording, history: &History| went_wrong(seen, history) || self.is_settled(history);
        let is_settled = lab.until_quiet(quiet, share.clone(), everybody).await
            && timeout(SETTLE_WITHIN, lab.until_quiet(quiet, share, settled)).await.unwrap_or(false);
        if !is_settled || went_wrong(&lab.seen(), &History::of(&lab.seen())) {
            return lab.cut_short().await;
        }

        self.settled = true;
        lab.produce("T1", self.later()).await?;
        let later_read = say!("12 more sign-ups to be processed", "가입 레코드 12개가 더 처리되기");
        let all_read = |seen: &Recording, history: &History| went_wrong(seen, history) || self.later_records(seen).len() >= LATER;
        if !lab.until_quiet(quiet, later_read, all_read).await {
            return lab.cut_short().await;
        }
        // Who reads what another one reads as well has done so by then.
        let at_rest = say!("all members to wait for more sign-ups", "모든 멤버가 다음 가입 레코드를 기다리기");
        lab.until_quiet(quiet, at_rest, |seen, _| seen.waiting(1) >= members).await;
        lab.ask_to_stop()?;
        lab.end(say!("the function returns soon after the stop token is cancelled", "정지 토큰이 취소되면 함수가 곧 반환한다"))
            .await
    }

    fn later(&self) -> Vec<Data> {
        let into = (0..).zip(self.later_in_each).flat_map(|(partition, count)| (0..count).map(move |_| partition));
        sign_ups(PARTITIONS, LATER).into_iter().zip(into).map(|(record, partition)| Data { partition, ..record }).collect()
    }

    /// In the order in which a learner should meet them.
    fn claims(&self, run: &Run) -> Result<(), Mistake> {
        membership::waited_for_the_stop(run)?;
        membership::joined_g1(run)?;
        run.began_at(|partition| stands(self.from, partition))?;
        records::read_what_they_hold(run, self)?;
        membership::was_as_many_members(run, self.members)?;
        records::fetched_by_one(run)?;
        run.processed_once(TASK, |partition, offset| self.is_later(partition, offset))?;
        records::handed_to_the_right_process(run, self)?;
        run.came_to_its_end(TASK)?;
        shares::returned_what_each_held(run, self)?;
        shares::left(run)
    }

    /// Every member holds something, and every partition of T1 belongs to exactly one of them.
    fn is_settled(&self, history: &History) -> bool {
        let held = |group: &Group| {
            let now = group.members.iter().filter_map(|member| member.holds());
            let shares: Vec<_> = now.map(|holding| &holding.partitions).filter(|share| !share.is_empty()).collect();
            let mut all: Vec<_> = shares.iter().copied().flatten().collect();
            all.sort();
            shares.len() == self.members && all.into_iter().eq(&partitions())
        };
        history.group("G1").is_some_and(held)
    }

    /// The records that were written after the group had settled, as far as they were processed.
    fn later_records(&self, seen: &Recording) -> BTreeSet<(Partition, i64)> {
        let records = seen.events.iter().filter_map(|event| match &event.what {
            What::Record { progress: Progress::Processed, partition, offset, .. } => Some((partition.clone(), *offset)),
            _ => None,
        });
        records.filter(|(partition, offset)| self.is_later(partition, *offset)).collect()
    }

    /// The offsets of `partition` that this run has to process.
    fn offsets(&self, partition: &Partition) -> std::ops::Range<i64> {
        let n = usize::try_from(partition.number).unwrap_or_default();
        let later = if self.settled { self.later_in_each[n] } else { 0 };
        self.from[n]..self.later_from[n] + later
    }

    fn is_later(&self, partition: &Partition, offset: i64) -> bool {
        usize::try_from(partition.number).is_ok_and(|n| offset >= self.later_from[n])
    }
}

fn partitions() -> Vec<Partition> {
    (0..PARTITIONS).map(|partition| Partition::new("T1", partition)).collect()
}

/// How many consumers have asked to join G1, on a connection each.
fn asked_to_join(seen: &Recording) -> usize {
    let asked = seen.events.iter().filter_map(|event| match &event.what {
        What::Request { connection, request, .. } if is_join(request) && request.group() == Some("G1") => Some(connection),
        _ => None,
    });
    asked.collect::<BTreeSet<_>>().len()
}

fn is_join(request: &Request) -> bool {
    matches!(request, Request::JoinGroup { .. } | Request::ConsumerGroupHeartbeat { .. })
}

/// Where G1 stands, by `from`.
fn stands(from: [i64; PARTITIONS as usize], partition: &Partition) -> i64 {
    usize::try_from(partition.number).ok().and_then(|n| from.get(n)).copied().unwrap_or(i64::MAX)
}

/// What no wait will mend: somebody is in another group, reads without a group, or begins at the end.
fn went_wrong(seen: &Recording, history: &History, from: [i64; PARTITIONS as usize]) -> bool {
    let elsewhere = history.groups.iter().any(|group| group.name != "G1" && group.assigned_members().next().is_some());
    let without = history.groups.is_empty()
        && seen.first(|what| matches!(what, What::Request { request: Request::Fetch { .. }, .. })).is_some();
    elsewhere || without || seen.begins_behind(|partition| stands(from, partition)).is_some()
}

/// The index of the first note that matches.
fn note(seen: &Recording, matches: impl Fn(&Note) -> bool) -> Option<usize> {
    seen.first(|what| matches!(what, What::Note { note, .. } if matches(note)))
}
