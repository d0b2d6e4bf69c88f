//! The grader's side of an answer: the child process that runs it, with the ways to hold a record, ask it to stop, or kill it, and what it
//! prints. Every wait has a deadline and says what it waited for. What the answer reports is heard in `answer/desk.rs`; [`crate::seat`] is
//! the other side.

mod desk;

use std::{
    collections::VecDeque,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tap::Recorder;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    net::TcpListener,
    process::{Child, Command},
    sync::{Notify, mpsc, watch},
};
use trace::{Note, Recording, Request, Response, What};

use self::desk::Desk;
use crate::line::{INVITATION, Invitation};

pub use self::desk::{At, Hold};

/// How much of what an answer prints is kept: its end.
const KEPT_BYTES: usize = 8 * 1024;
/// What the test harness prints around the one test that it runs.
const HARNESS_SAYS: [&str; 2] = ["", "running 1 test"];

/// An answer that runs in a process of its own.
pub(crate) struct Process {
    /// Asks [`watch_over`] to end the process.
    end: Arc<Notify>,
    /// Asks [`watch_over`] to send the process a signal.
    signals: mpsc::UnboundedSender<Signal>,
    /// How it ended, once it has.
    ended: watch::Receiver<Option<Note>>,
    desk: Arc<Desk>,
    recorder: Recorder,
    output: Output,
}

/// What asks a program to end, and leaves it the time for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT: somebody has pressed Ctrl-C.
    Interrupt,
    /// SIGTERM: `docker stop`, Kubernetes, systemd.
    Terminate,
}

impl Signal {
    /// Its name, as everybody knows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        }
    }
}

type Output = Arc<Mutex<VecDeque<u8>>>;

impl Process {
    /// Starts this very test binary again, as the answer's process, to run the test `test`.
    pub(crate) async fn start(test: &str, mut invitation: Invitation, recorder: &Recorder) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        invitation.desk = listener.local_addr()?.to_string();
        let desk = Arc::new(Desk::new(recorder.clone()));
        tokio::spawn(desk.clone().open(listener));
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--exact", test, "--nocapture", "--test-threads=1", "--quiet"])
            .env(INVITATION, serde_json::to_string(&invitation)?)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        recorder.record(What::Note { member: 0, note: Note::Started });
        let output = Output::default();
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(keep_end(stdout, output.clone()));
        }
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(keep_end(stderr, output.clone()));
        }
        let end = Arc::new(Notify::new());
        let (has_ended, ended) = watch::channel(None);
        let (signals, to_be_sent) = mpsc::unbounded_channel();
        tokio::spawn(watch_over(child, end.clone(), to_be_sent, recorder.clone(), has_ended));
        Ok(Self { end, signals, ended, desk, recorder: recorder.clone(), output })
    }

    /// Holds the answer back where `at` says so, until the [`Hold`] is dropped.
    pub(crate) fn hold(&self, at: impl Fn(&At) -> bool + Send + 'static) -> Hold {
        self.desk.hold(at)
    }

    /// Cancels the stop token of one member, or with 0 that of the whole answer.
    pub(crate) fn ask_to_stop(&self, member: u32) {
        self.desk.ask_to_stop(member);
    }

    /// Sends the process a signal, where it still runs.
    pub(crate) fn signal(&self, signal: Signal) {
        self.recorder.record(What::Note { member: 0, note: Note::Mark { text: signal.name().into() } });
        // Nobody hears it where the process has ended.
        let _ = self.signals.send(signal);
    }

    /// Ends the process with SIGKILL, as a crash would.
    pub(crate) async fn kill(&mut self) {
        self.recorder.record(What::Note { member: 0, note: Note::Killed });
        self.cut_short().await;
        let exit = self.ended.borrow().clone();
        if let Some(note) = exit {
            self.recorder.record(What::Note { member: 0, note });
        }
    }

    /// Ends the process where it still runs.
    pub(crate) async fn cut_short(&mut self) {
        self.end.notify_one();
        // An error means that the runtime ends, and the process with it.
        let _ = self.ended.wait_for(Option::is_some).await;
    }

    /// Waits until the process has ended. Where nothing has been heard of the answer for `quiet`, or it goes on after `deadline`, it is
    /// ended, and the recording says so.
    pub(crate) async fn end(&mut self, quiet: Duration, deadline: Duration, waiting_for: &str) {
        let recorder = self.recorder.clone();
        let out_of_time = async {
            let _either = tokio::time::timeout(deadline, quiet_for(&recorder, quiet)).await;
        };
        tokio::select! {
            _ = self.ended.wait_for(Option::is_some) => return,
            () = out_of_time => {}
        }
        self.cut_short().await;
        recorder.record(What::Note { member: 0, note: Note::OutOfTime { waiting_for: waiting_for.to_owned() } });
    }

    /// The last lines that the answer printed.
    pub(crate) fn output(&self) -> String {
        let mut kept = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(kept.make_contiguous()).into_owned();
        text.lines().filter(|line| !HARNESS_SAYS.contains(line)).collect::<Vec<_>>().join("\n")
    }
}

/// Returns when the answer has said nothing new for `quiet`. A heartbeat, a commit, a question after nothing new, or a connection is no
/// news: an answer that waits for ever does all of that.
pub(crate) async fn quiet_for(recorder: &Recorder, quiet: Duration) {
    let news = |recording: &Recording| recording.find(is_news).count();
    loop {
        let heard = recorder.with(news);
        if !recorder.until(quiet, |recording| news(recording) > heard).await {
            return;
        }
    }
}

fn is_news(what: &What) -> bool {
    match what {
        What::Record { .. } | What::Note { .. } | What::Fault { .. } => true,
        What::Request { request, .. } => {
            matches!(request, Request::JoinGroup { .. } | Request::SyncGroup { .. } | Request::LeaveGroup { .. })
        }
        What::Response { response: Response::Fetch { partitions, .. }, .. } => partitions.values().any(|p| p.records > 0),
        What::Response { response, .. } => matches!(
            response,
            Response::JoinGroup { .. }
                | Response::SyncGroup { .. }
                | Response::ConsumerGroupHeartbeat { assignment: Some(_), .. }
        ),
        What::Connected { .. } | What::Disconnected { .. } => false,
    }
}

/// Whether the answer that was started last has ended.
pub(crate) fn has_ended(recording: &Recording) -> bool {
    recording.last_life().iter().any(|event| ends_the_answer(&event.what))
}

fn ends_the_answer(what: &What) -> bool {
    matches!(what, What::Note { note: Note::Returned { .. } | Note::Panicked { .. } | Note::Exited { .. } | Note::Killed, .. })
}

/// Waits for the end of the process and puts it into the recording, so that nobody waits for an answer that is no more. Where `end` asks
/// for it, the process is ended, and who asked says why. Signals are sent on the way.
async fn watch_over(
    mut child: Child,
    end: Arc<Notify>,
    mut signals: mpsc::UnboundedReceiver<Signal>,
    recorder: Recorder,
    has_ended: watch::Sender<Option<Note>>,
) {
    let by_itself = loop {
        tokio::select! {
            biased;
            status = child.wait() => break Some(status),
            () = end.notified() => break None,
            Some(signal) = signals.recv() => send(&child, signal),
        }
    };
    let status = match &by_itself {
        Some(status) => status.as_ref().ok().copied(),
        None => {
            // It fails where the process has ended meanwhile, which is as good.
            let _ = child.start_kill();
            child.wait().await.ok()
        }
    };
    let note = status.map_or(Note::Exited { code: None, signal: None }, exit_of);
    if by_itself.is_some() {
        recorder.record(What::Note { member: 0, note: note.clone() });
    }
    has_ended.send_replace(Some(note));
}

/// Sends a signal to a process that has not been waited for: its id is still its own.
#[cfg(unix)]
fn send(child: &Child, signal: Signal) {
    let signal = match signal {
        Signal::Interrupt => nix::sys::signal::SIGINT,
        Signal::Terminate => nix::sys::signal::SIGTERM,
    };
    if let Some(id) = child.id().and_then(|id| i32::try_from(id).ok()) {
        // It fails where the process has ended meanwhile, which its wait tells.
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), signal);
    }
}

/// There are no signals outside Unix: the answer goes on, and the grader finds that nothing has ended it.
#[cfg(not(unix))]
fn send(_: &Child, _: Signal) {}

fn exit_of(status: std::process::ExitStatus) -> Note {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal = None;
    Note::Exited { code: status.code(), signal }
}

/// Keeps the end of what the answer prints; reads on whatever it prints, so that a full pipe never stops an answer.
async fn keep_end(mut from: impl AsyncRead + Unpin, output: Output) {
    let mut chunk = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut chunk).await {
        let mut kept = output.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(&chunk[..read]);
        let surplus = kept.len().saturating_sub(KEPT_BYTES);
        kept.drain(..surplus);
    }
}
