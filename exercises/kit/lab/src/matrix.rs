//! The crash matrix: the answer is killed at every point at which a crash makes a difference, started again, and it is counted what that
//! cost. Graders of commits call [`Lab::crash_matrix`] and make claims of each [`Crashed`].
//!
//! At a crash point the answer is held, and gets time for what its timers do: a commit that can come, comes. So what the group has
//! committed at the crash is no matter of luck, and the same answer gives the same matrix again.

use std::{fmt, sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::JoinSet};
use trace::{Crash, CrashPoint, History, Note, Partition, Progress, Recording, Request, Response, What};
use verdict::{Mistake, Outcome, say};

use crate::{
    Crashed, Lab, Run,
    answer::{has_ended, quiet_for},
    lab::{PATIENCE, bug, not_started},
    leave::leave,
    progress,
};

/// How many crashes happen side by side: each is a client and a half.
const SIDE_BY_SIDE: usize = 5;
/// A time to settle passes in so many parts, each of which the machine must have come round to: on a busy machine it takes longer.
const PARTS: u32 = 10;

/// What is killed, and when.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The group, as the exercise calls it.
    pub group: &'static str,
    /// The partition with the records, as the exercise calls its topic. It holds nothing else.
    pub partition: Partition,
    /// How many records it holds.
    pub records: i64,
    /// How long no commit may come at a crash point, so that none will: some intervals of the answer's timer.
    pub settle: Duration,
}

/// What an answer's crashes came to, in the order of the crash points.
pub struct Matrix {
    /// One for each point.
    pub crashes: Vec<Crashed>,
}

impl Lab {
    /// Kills the answer at every crash point, each time in a group of its own, starts it again, and asks it to stop when it has read
    /// all. The topic is there already; names and numbers are those of this lab.
    ///
    /// # Errors
    /// The answer cannot be started, or the broker is gone.
    pub async fn crash_matrix(&mut self, plan: &Plan) -> Result<Matrix, Outcome> {
        let points = CrashPoint::all(plan.records);
        let all = points.len();
        progress::waiting_for(&say!(
            "a crash at each of {all} points, and what comes of it",
            "{all}개 지점에서 크래시를 내고 결과 보기"
        ));
        let places = Arc::new(Semaphore::new(SIDE_BY_SIDE));
        let mut running = JoinSet::new();
        for (number, point) in points.into_iter().enumerate() {
            let (mut lab, plan, places) = (self.beside(plan.group).await?, plan.clone(), places.clone());
            running.spawn(async move {
                let _place = places.acquire().await;
                let outcome = lab.crash_at(&plan, point).await;
                lab.close().await;
                outcome.map(|crashed| (number, crashed))
            });
        }
        let mut crashes = Vec::new();
        while let Some(done) = running.join_next().await {
            crashes.push(done.map_err(bug)??);
        }
        crashes.sort_by_key(|(number, _)| *number);
        Ok(Matrix { crashes: crashes.into_iter().map(|(_, crashed)| crashed).collect() })
    }

    /// Claims something of every crash. Where it does not hold, that crash is the recording to look at.
    ///
    /// # Errors
    /// The claim does not hold for a crash.
    pub fn of_each_crash(&mut self, matrix: &Matrix, claim: impl Fn(&Crashed) -> Result<(), Mistake>) -> Result<(), Outcome> {
        for crashed in &matrix.crashes {
            claim(crashed).inspect_err(|_| self.look_at(crashed))?;
        }
        Ok(())
    }

    /// Makes a crash the recording to look at.
    pub fn look_at(&self, crashed: &Crashed) {
        self.recorder.put_back(crashed.run.recording.clone());
    }

    /// Keeps what a matrix is drawn from as `trace.NAME.jsonl`.
    pub fn keep_matrix(&mut self, name: &str, matrix: &Matrix) {
        self.kept.push((name.to_owned(), matrix.recording()));
    }

    /// Another lab on the same broker, with the same topics and numbers, for the same answer in a group of its own.
    async fn beside(&self, group: &str) -> Result<Self, Outcome> {
        let header = self.recorder.with(|recording| recording.header.clone());
        let recording = Recording { header, events: Vec::new() };
        let mut lab = Self::on(self.broker.clone(), recording, &self.test, self.skip_is_failure).await?;
        lab.invitation.numbers.clone_from(&self.invitation.numbers);
        lab.invitation.names.clone_from(&self.invitation.names);
        for (shown, real) in &self.invitation.names {
            lab.recorder.rename(real, shown);
        }
        lab.group(group);
        Ok(lab)
    }

    async fn crash_at(&mut self, plan: &Plan, point: CrashPoint) -> Result<Crashed, Outcome> {
        self.start().await?;
        self.mark(point.mark(plan.records));
        let partition = plan.partition.clone();
        let hold = self.hold(move |at| at.partition == partition && point.is_at(at.progress, at.offset))?;
        let mut waiting_for = say!("all records are processed", "모든 레코드가 처리된다");
        if self.comes_to(|events| is_reached(events, point, plan.records)).await {
            self.settle(plan.settle).await;
            self.kill().await?;
            self.forget_members(plan.group).await?;
            self.start().await?;
            let reader = (plan.partition.clone(), plan.records);
            self.comes_to(|events| has_read_all(events, &reader.0, reader.1)).await;
            self.ask_to_stop()?;
            waiting_for = say!("the answer returns when it is asked to stop", "멈추라고 하면 답안이 반환한다");
        }
        let quiet = self.quiet();
        self.process.as_mut().ok_or_else(not_started)?.end(quiet, PATIENCE, &waiting_for.en).await;
        drop(hold);
        let run = Run::new(self.seen(), waiting_for);
        let crash = Crash::all_of(&run.recording).pop();
        let crash = crash.ok_or_else(|| Outcome::Bug { what: "the mark of a crash point was not recorded".into() })?;
        Ok(Crashed { of: (plan.group, plan.partition.clone()), crash, run })
    }

    /// Waits until the answer, since it was started last, has come to a point. False where it ends or falls silent before.
    async fn comes_to(&self, reached: impl Fn(&[trace::Event]) -> bool) -> bool {
        let mut is_reached = false;
        tokio::select! {
            biased;
            _ = self.recorder.until(PATIENCE, |seen| {
                is_reached = reached(seen.last_life());
                is_reached || has_ended(seen)
            }) => {}
            () = quiet_for(&self.recorder, self.quiet()) => {}
        }
        is_reached
    }

    /// Waits until the client has done what its timers do: no commit has come for `time`, and none is on its way.
    async fn settle(&self, time: Duration) {
        let mut commits = (0, 0);
        let mut still = 0;
        while still < PARTS {
            tokio::time::sleep(time / PARTS).await;
            let now = self.recorder.with(|seen| commits_of(seen.last_life()));
            still = if now == commits && now.0 == now.1 { still + 1 } else { 0 };
            commits = now;
        }
    }

    /// Takes all members that were seen so far out of the group, past the tap: those that were killed, or one that shall hear by a refusal
    /// that it is no member any more.
    ///
    /// # Errors
    /// The broker cannot be asked.
    pub async fn forget_members(&self, group: &str) -> Result<(), Outcome> {
        let seen = self.seen();
        let history = History::of(&seen);
        let members = history.group(group).into_iter().flat_map(|group| &group.members);
        leave(&self.broker, &self.real(group), &seen, members).await.map_err(bug)
    }
}

fn is_reached(events: &[trace::Event], point: CrashPoint, records: i64) -> bool {
    let processed = |what: &What| match what {
        What::Record { progress: Progress::Processed, offset, .. } => Some(*offset),
        _ => None,
    };
    match point {
        CrashPoint::AllDone => (0..records).all(|offset| events.iter().any(|event| processed(&event.what) == Some(offset))),
        _ => events
            .iter()
            .any(|event| matches!(&event.what, What::Record { progress, offset, .. } if point.is_at(*progress, *offset))),
    }
}

/// Whether the answer has processed the last record, or begun behind it.
fn has_read_all(events: &[trace::Event], partition: &Partition, records: i64) -> bool {
    let is_last =
        |what: &What| matches!(what, What::Record { progress: Progress::Processed, offset, .. } if *offset == records - 1);
    let behind = |what: &What| matches!(what, What::Request { request: Request::Fetch { offsets, .. }, .. } if offsets.get(partition).is_some_and(|at| *at >= records));
    let brought = |what: &What| matches!(what, What::Response { response: Response::Fetch { partitions, .. }, .. } if partitions.get(partition).is_some_and(|fetched| fetched.records > 0));
    let any = |matches: &dyn Fn(&What) -> bool| events.iter().any(|event| matches(&event.what));
    any(&is_last) || any(&behind) && !any(&brought)
}

/// How many commits were asked for, and how many of them answered.
fn commits_of(events: &[trace::Event]) -> (usize, usize) {
    let count = |matches: fn(&What) -> bool| events.iter().filter(|event| matches(&event.what)).count();
    (
        count(|what| matches!(what, What::Request { request: Request::OffsetCommit { .. }, .. })),
        count(|what| matches!(what, What::Response { response: Response::OffsetCommit { .. }, .. })),
    )
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Crashed { crash, .. } in &self.crashes {
            let committed = crash.committed.map_or("nothing".to_owned(), |offset| offset.to_string());
            writeln!(f, "{}: committed {committed}, lost {:?}, twice {:?}", crash.point, crash.lost(), crash.twice())?;
        }
        Ok(())
    }
}

impl Matrix {
    /// All crashes one after another, each from its mark on, and of each what a matrix is drawn from: what became of the records, what
    /// was committed, and when the answer was started and killed.
    fn recording(&self) -> Recording {
        let mut all = Recording::default();
        for Crashed { run, .. } in &self.crashes {
            let begin = all.duration();
            all.header = run.recording.header.clone();
            let mark = run.recording.first(|what| matches!(what, What::Note { note: Note::Mark { .. }, .. })).unwrap_or(0);
            let lives = run.recording.events[mark..].iter().enumerate().filter(|(at, event)| *at == 0 || is_drawn(&event.what));
            lives.for_each(|(_, event)| all.push(trace::Event { at: begin + event.at, what: event.what.clone() }));
        }
        all
    }
}

fn is_drawn(what: &What) -> bool {
    match what {
        What::Record { .. } => true,
        What::Note { note, .. } => !matches!(note, Note::Mark { .. }),
        What::Request { request, .. } => matches!(request, Request::OffsetCommit { .. } | Request::OffsetFetch { .. }),
        What::Response { response, .. } => matches!(response, Response::OffsetCommit { .. } | Response::OffsetFetch { .. }),
        _ => false,
    }
}
