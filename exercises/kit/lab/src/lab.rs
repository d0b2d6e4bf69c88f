//! The grader's bench: a broker, a tap in front of it, topics with data, and the answer in its own process. An exercise's `judge`
//! gets a [`Lab`], lets the answer run, and makes claims of the [`Run`]. Here the lab is opened and closed, and the answer started, waited
//! for, held, stopped and killed; what is set before is in `lab/prepare.rs`, what is kept of it in `lab/recordings.rs`.

mod prepare;
mod recordings;

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use tap::{Faults, Recorder, Tap};
use trace::{History, Recording};
use verdict::{Outcome, Text};

use crate::{
    answer::{At, Hold, Process, Signal, has_ended, quiet_for},
    broker::{Broker, Wanted},
    line::Invitation,
    progress,
    run::Run,
    topic,
};

/// How long an answer may take to its end in all. A slow machine needs some of it; an answer that waits for ever is found out by [`QUIET`].
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// How long nothing new may be heard of an answer.
const QUIET: Duration = Duration::from_secs(4);
/// The longest session on the embedded broker, which lets a member into a group that has members only after a session less one second.
/// The session less one second is longer than librdkafka's `heartbeat.interval.ms` of 3 s: who keeps to the defaults hears of a change in
/// time to join again, and is not expelled.
const EMBEDDED_SESSION: Duration = Duration::from_millis(4_500);

/// Everything around one run of one answer.
pub struct Lab {
    pub(crate) broker: Arc<Broker>,
    tap: Tap,
    pub(crate) recorder: Recorder,
    /// The test that the answer's process shall run.
    pub(crate) test: String,
    /// Begins every name on the broker, so that no two runs meet.
    prefix: String,
    pub(crate) invitation: Invitation,
    topics: Vec<String>,
    pub(crate) process: Option<Process>,
    /// Recordings that ended before the last one, by name.
    pub(crate) kept: Vec<(String, Recording)>,
    pub(crate) skip_is_failure: bool,
}

impl Lab {
    /// A lab on the broker that the environment asks for.
    pub(crate) async fn open(step: &str, test: &str) -> Result<Self, Outcome> {
        let wanted = Wanted::from_environment().map_err(setup)?;
        let broker = Arc::new(Broker::start(&wanted).await.map_err(setup)?);
        progress::broker(&broker.to_string());
        let mut recording = Recording::of(step);
        recording.header.broker = broker.to_string();
        recording.header.client = format!("librdkafka {}", rdkafka::util::get_rdkafka_version().1);
        Self::on(broker, recording, test, wanted == Wanted::Container).await
    }

    pub(crate) async fn on(
        broker: Arc<Broker>,
        recording: Recording,
        test: &str,
        skip_is_failure: bool,
    ) -> Result<Self, Outcome> {
        let recorder = Recorder::new(recording);
        let tap = Tap::start(broker.address(), recorder.clone()).await.map_err(bug)?;
        if broker.is_embedded() {
            tap.shorten_sessions(EMBEDDED_SESSION);
        }
        let invitation =
            Invitation { desk: String::new(), bootstrap: tap.bootstrap(), names: BTreeMap::new(), numbers: BTreeMap::new() };
        Ok(Self {
            broker,
            tap,
            recorder,
            test: test.into(),
            prefix: new_prefix(),
            invitation,
            topics: Vec::new(),
            process: None,
            kept: Vec::new(),
            skip_is_failure,
        })
    }

    /// Starts the answer.
    ///
    /// # Errors
    /// Its process cannot be started.
    pub async fn start(&mut self) -> Result<(), Outcome> {
        if self.recorder.with(|recording| recording.events.is_empty()) {
            // Time 0 is the answer's start, not the lab's.
            self.recorder.begin_anew();
        }
        let process = Process::start(&self.test, self.invitation.clone(), &self.recorder).await;
        self.process = Some(process.map_err(bug)?);
        Ok(())
    }

    /// Waits until the answer has ended, or nothing new is heard of it any more. `waiting_for` is said to the learner.
    ///
    /// # Errors
    /// The answer was not started.
    pub async fn end(&mut self, waiting_for: Text) -> Result<Run, Outcome> {
        self.end_when_quiet(self.quiet(), waiting_for).await
    }

    /// How long nothing new may be heard of an answer that may have to wait for a rebalance.
    pub(crate) fn quiet(&self) -> Duration {
        if self.is_embedded() { QUIET + EMBEDDED_SESSION } else { QUIET }
    }

    /// Like [`Self::end`], for an answer that is not expected to wait for a rebalance: nothing new may be heard of it for `quiet`.
    ///
    /// # Errors
    /// The answer was not started.
    pub async fn end_when_quiet(&mut self, quiet: Duration, waiting_for: Text) -> Result<Run, Outcome> {
        progress::waiting_for(&waiting_for);
        let process = self.process.as_mut().ok_or_else(not_started)?;
        process.end(quiet, PATIENCE, &waiting_for.en).await;
        Ok(Run::new(self.seen(), waiting_for))
    }

    /// Ends the answer here, where what was seen is enough to judge it.
    ///
    /// # Errors
    /// The answer was not started.
    pub async fn cut_short(&mut self) -> Result<Run, Outcome> {
        self.process.as_mut().ok_or_else(not_started)?.cut_short().await;
        Ok(Run::new(self.seen(), Text::default()))
    }

    /// Waits until the groups look as `reached` says. False where they do not within `deadline`, or the answer ended before.
    /// `waiting_for` is said to the learner meanwhile.
    pub async fn until(
        &self,
        deadline: Duration,
        waiting_for: Text,
        mut reached: impl FnMut(&Recording, &History) -> bool,
    ) -> bool {
        progress::waiting_for(&waiting_for);
        let mut is_reached = false;
        let settled = self.recorder.until(deadline, |recording| {
            is_reached = reached(recording, &History::of(recording));
            is_reached || has_ended(recording)
        });
        settled.await && is_reached
    }

    /// Like [`Self::until`], but patient with an answer that gets on: false where nothing new is heard of it for `quiet`.
    pub async fn until_quiet(
        &self,
        quiet: Duration,
        waiting_for: Text,
        reached: impl FnMut(&Recording, &History) -> bool,
    ) -> bool {
        tokio::select! {
            biased;
            is_reached = self.until(PATIENCE, waiting_for, reached) => is_reached,
            () = quiet_for(&self.recorder, quiet) => false,
        }
    }

    /// Holds the answer back at every record for which `at` is true, until the [`Hold`] is dropped.
    ///
    /// # Errors
    /// The answer was not started.
    pub fn hold(&self, at: impl Fn(&At) -> bool + Send + 'static) -> Result<Hold, Outcome> {
        Ok(self.process.as_ref().ok_or_else(not_started)?.hold(at))
    }

    /// Cancels the answer's stop token.
    ///
    /// # Errors
    /// The answer was not started.
    pub fn ask_to_stop(&self) -> Result<(), Outcome> {
        self.ask_member_to_stop(0)
    }

    /// Cancels the stop token of consumer `member` (from 1) alone, as the answer got it with [`crate::Seat::stop_of`].
    ///
    /// # Errors
    /// The answer was not started.
    pub fn ask_member_to_stop(&self, member: u32) -> Result<(), Outcome> {
        self.process.as_ref().ok_or_else(not_started)?.ask_to_stop(member);
        Ok(())
    }

    /// Sends the answer's process a signal, as a terminal or an orchestrator does. The time line shows it as a mark with its name.
    ///
    /// # Errors
    /// The answer was not started.
    pub fn signal(&self, signal: Signal) -> Result<(), Outcome> {
        self.process.as_ref().ok_or_else(not_started)?.signal(signal);
        Ok(())
    }

    /// Ends the answer's process with SIGKILL, as a crash.
    ///
    /// # Errors
    /// The answer was not started.
    pub async fn kill(&mut self) -> Result<(), Outcome> {
        self.process.as_mut().ok_or_else(not_started)?.kill().await;
        Ok(())
    }

    /// What can be done to the answer's line to the broker.
    pub fn faults(&self) -> Faults {
        self.tap.faults()
    }

    /// Whether the broker is librdkafka's mock cluster.
    pub fn is_embedded(&self) -> bool {
        self.broker.is_embedded()
    }

    /// Ends the judgement as skipped where the broker is the embedded one. With `WORKBOOK_BROKER=container` nothing is ever skipped.
    ///
    /// # Errors
    /// The outcome `Skipped`, to be passed on with `?`.
    pub fn needs_real_broker(&self, reason: Text) -> Result<(), Outcome> {
        match self.broker.is_embedded() && !self.skip_is_failure {
            true => Err(Outcome::Skipped { reason }),
            false => Ok(()),
        }
    }

    /// The last lines that the answer printed.
    pub fn output(&self) -> String {
        self.process.as_ref().map(Process::output).unwrap_or_default()
    }

    /// Ends the run so far and forgets it; names that are given out from now on are new ones on the broker.
    pub(crate) async fn begin_again(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.cut_short().await;
        }
        self.prefix = new_prefix();
        self.tap.faults().mend();
        self.recorder.begin_anew();
    }

    /// Ends what is left of the run, and removes its topics.
    pub(crate) async fn close(mut self) {
        if let Some(process) = &mut self.process {
            process.cut_short().await;
        }
        self.tap.close().await;
        if let Err(error) = topic::remove(&self.broker, &self.topics).await {
            progress::say(&format!("the topics {:?} could not be removed: {error:#}", self.topics));
        }
    }
}

/// What no other run uses.
fn new_prefix() -> String {
    format!("{:08x}", RandomState::new().hash_one(std::process::id()) >> 32)
}

#[allow(clippy::boxed_local, reason = "it comes boxed out of a result")]
fn setup(trouble: Box<verdict::Trouble>) -> Outcome {
    Outcome::Setup { trouble: *trouble }
}

pub(crate) fn bug(error: impl Into<anyhow::Error>) -> Outcome {
    Outcome::Bug { what: format!("{:#}", error.into()) }
}

pub(crate) fn not_started() -> Outcome {
    Outcome::Bug { what: "the grader uses an answer that it has not started".into() }
}
