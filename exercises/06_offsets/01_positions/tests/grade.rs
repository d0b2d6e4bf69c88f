//! Grades `01_positions`: an answer reads and commits in three groups, and says where the partition stands. What it commits, where it begins,
//! and what it says are compared with what the broker has been told.

use std::{thread, time::Duration};

use lab::{Lab, Outcome, Process, Progress, Returned, Run, Seat, returned_by, say, sign_ups};
use rdkafka::error::{KafkaError, KafkaResult};

#[path = "grade/claims.rs"]
mod claims;

lab::exam!(positions::read);

/// Records in the one partition of each topic.
const END: i64 = 10;
/// How long nothing may be heard.
const QUIET: Duration = Duration::from_secs(4);

/// One call of the answer.
pub(crate) struct Call {
    group: &'static str,
    topic: &'static str,
    n: usize,
    commit_after: usize,
    /// What the group has committed before.
    stood: Option<i64>,
}

const fn call(group: &'static str, topic: &'static str, n: usize, commit_after: usize, stood: Option<i64>) -> Call {
    Call { group, topic, n, commit_after, stood }
}

/// The calls; consumer 1 of the recording is the first. Those of one group come one after another.
pub(crate) const CALLS: [Call; 4] = [
    call("G1", "T1", 6, 4, None),
    call("G1", "T1", 3, 3, Some(4)),
    call("G2", "T2", 3, 0, Some(2)),
    call("G3", "T3", 2, 0, None),
];

/// Handed over, committed, end of the log.
pub(crate) type Stand = [Option<i64>; 3];

/// Runs the answer, in its own process: each group on a thread of its own.
pub fn sit(seat: &Seat, read: impl Fn(&str, &str, &str, usize, usize, Process) -> KafkaResult<Stand> + Sync) -> Returned {
    let read_as = |group: &str| -> KafkaResult<Vec<Stand>> {
        let calls = CALLS.iter().zip(1..).filter(|(call, _)| call.group == group);
        let stands = calls.map(|(call, member)| {
            let (group, topic, process) = (seat.name(group), seat.name(call.topic), seat.process(member));
            read(seat.bootstrap(), group, topic, call.n, call.commit_after, process)
        });
        stands.collect()
    };
    returned_by(thread::scope(|scope| {
        let read_as = &read_as;
        let groups = ["G1", "G2", "G3"].map(|group| scope.spawn(move || read_as(group)));
        let stands = groups.into_iter().map(|group| group.join().unwrap_or(Err(KafkaError::Canceled)));
        stands.collect::<KafkaResult<Vec<_>>>().map(|stands| stands.concat())
    }))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    Ok(claims::of(&run(lab).await?)?)
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    for (group, topic) in [("G1", "T1"), ("G2", "T2"), ("G3", "T3")] {
        lab.group(group);
        lab.topic(topic, 1, sign_ups(1, END as usize)).await?;
    }
    lab.commit("G2", &[("T2", 0, 2)]).await?;
    lab.start().await?;
    // The record behind the commit of the first call waits for it: who commits only later is seen to.
    let hold = lab.hold(|at| (at.member, at.progress, at.offset) == (1, Progress::HandedOver, CALLS[0].commit_after as i64))?;
    lab.until_quiet(QUIET, say!("the first commit", "첫 커밋"), |seen, _| !seen.commits("G1").is_empty()).await;
    drop(hold);
    lab.end_when_quiet(QUIET, say!("each call of read returns", "read를 호출할 때마다 반환한다")).await
}
