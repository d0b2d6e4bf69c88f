//! Grades `01_interval`: two programs with different bounds process records at a steady rate, then no more records come. Between two commits no
//! more records are processed than may come twice; and there are not many more commits than that needs.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use lab::trace::{Progress, Recording};
use lab::{Lab, Outcome, Process, Returned, Run, Seat, say, sign_ups};
use rdkafka::{Message, error::KafkaResult};
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;

lab::exam!(interval::read);

/// One program.
pub(crate) struct Program {
    pub(crate) group: &'static str,
    pub(crate) topic: &'static str,
    /// Records a second.
    pub(crate) rate: u32,
    /// How many may come twice.
    pub(crate) at_most: u32,
    /// A prime: who commits after every so many has some left over.
    pub(crate) records: usize,
}

/// The programs; consumer 1 of the recording is the first. An interval of 100 ms, and one of 800 ms.
pub(crate) const PROGRAMS: [Program; 2] = [
    Program { group: "G1", topic: "T1", rate: 100, at_most: 10, records: 199 },
    Program { group: "G2", topic: "T2", rate: 50, at_most: 40, records: 101 },
];
pub(crate) const RECORDS: usize = PROGRAMS[0].records + PROGRAMS[1].records;

/// For how long the machine may stand still, so that the moments of commits are still judged.
const STEADY: Duration = Duration::from_millis(300);
const QUIET: Duration = Duration::from_secs(4);
/// What is processed is committed within so long, when no more records come: some of the longer intervals.
const LULL: Duration = Duration::from_millis(2_400);

impl Program {
    pub(crate) fn interval(&self) -> Duration {
        Duration::from_secs(1) * self.at_most / self.rate
    }
}

/// Runs the answer, in its own process: each program on a thread and a runtime of its own.
pub fn sit(
    seat: &Seat,
    read: impl AsyncFn(&str, &str, &str, u32, u32, Process, CancellationToken) -> KafkaResult<()> + Sync,
) -> Returned {
    thread::scope(|scope| {
        let programs = PROGRAMS.iter().zip(1..).map(|(program, member)| {
            let read = &read;
            scope.spawn(move || {
                let Program { group, topic, rate, at_most, .. } = program;
                let process = paced(seat, member, *rate);
                seat.block_on(read(seat.bootstrap(), seat.name(group), seat.name(topic), *rate, *at_most, process, seat.stop()))
            })
        });
        let programs: Vec<_> = programs.collect();
        programs.into_iter().try_fold(().into(), |_, program| program.join().unwrap_or_else(|_| Err("it panicked".to_owned())))
    })
}

/// A `process` that manages `rate` records a second, and no more. What it takes to report a record is part of that.
fn paced(seat: &Seat, member: u32, rate: u32) -> Process {
    let (reached, pace) = (seat.reached(member), Duration::from_secs(1) / rate);
    let done = Mutex::new(Instant::now());
    Arc::new(move |record| {
        let at = |progress| reached(progress, record.topic(), record.partition(), record.offset());
        at(Progress::HandedOver);
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        thread::sleep((*done + pace).saturating_duration_since(Instant::now()));
        *done = Instant::now();
        at(Progress::Processed);
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.steadily(STEADY, async |lab| Ok(claims::of(&run(lab).await?)?)).await
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    for program in &PROGRAMS {
        lab.group(program.group);
        lab.topic(program.topic, 1, sign_ups(1, program.records)).await?;
    }
    lab.start().await?;
    let all = say!("all records to be processed", "모든 레코드가 처리되기");
    let come = |seen: &Recording, _: &_| seen.times_processed() >= RECORDS || claims::commits_without_end(seen);
    if !lab.until_quiet(QUIET, all, come).await {
        return lab.end_when_quiet(QUIET, say!("all records are processed", "모든 레코드가 처리된다")).await;
    }
    if claims::commits_without_end(&lab.seen()) {
        return lab.cut_short().await;
    }
    // No more records come.
    let rest = say!("the last of them to be committed", "마지막 레코드가 커밋되기");
    lab.until(LULL, rest, |seen, _| PROGRAMS.iter().all(|program| claims::all_is_committed(seen, program))).await;
    lab.ask_to_stop()?;
    lab.end_when_quiet(QUIET, say!("read returns when it is asked to stop", "멈추라고 하면 read가 반환한다")).await
}
