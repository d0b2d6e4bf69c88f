//! The grader's side of an answer: the child process that runs it, the desk that hears its reports, and the ways to hold a record,
//! ask it to stop, or kill it. Every wait has a deadline and says what it waited for.

use std::{
    collections::VecDeque,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tap::Recorder;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    sync::{Notify, mpsc, watch},
};
use trace::{Note, Partition, Progress, Recording, Request, Response, What};

use crate::line::{GO_ON, INVITATION, Invitation, Report, STOP};

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

/// Records at which the answer shall wait until it is told to go on.
type Holds = Mutex<Vec<(Box<dyn Fn(&At) -> bool + Send>, watch::Receiver<bool>)>>;

/// Where an answer is with one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// How far it got.
    pub progress: Progress,
    /// Which of its consumers, from 1.
    pub member: u32,
    /// The record's partition.
    pub partition: Partition,
    /// The record's offset.
    pub offset: i64,
}

/// Holds an answer back at a record until dropped.
pub struct Hold {
    _held: watch::Sender<bool>,
}

pub(crate) struct Desk {
    recorder: Recorder,
    holds: Holds,
    /// Who was asked to stop, in this order; 0 is everybody.
    stops: watch::Sender<Vec<u32>>,
}

type Output = Arc<Mutex<VecDeque<u8>>>;

impl Process {
    /// Starts this very test binary again, as the answer's process, to run the test `test`.
    pub(crate) async fn start(test: &str, mut invitation: Invitation, recorder: &Recorder) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        invitation.desk = listener.local_addr()?.to_string();
        let desk = Arc::new(Desk { recorder: recorder.clone(), holds: Mutex::default(), stops: watch::Sender::default() });
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
        Ok(Self { end, signals, ended, desk, output })
    }

    /// Holds the answer back where `at` says so, until the [`Hold`] is dropped.
    pub(crate) fn hold(&self, at: impl Fn(&At) -> bool + Send + 'static) -> Hold {
        let (held, until) = watch::channel(true);
        self.desk.holds.lock().unwrap_or_else(PoisonError::into_inner).push((Box::new(at), until));
        Hold { _held: held }
    }

    /// Cancels the stop token of one member, or with 0 that of the whole answer.
    pub(crate) fn ask_to_stop(&self, member: u32) {
        self.desk.recorder.record(What::Note { member, note: Note::AskedToStop });
        self.desk.stops.send_modify(|stops| stops.push(member));
    }

    /// Sends the process a signal, where it still runs.
    pub(crate) fn signal(&self, signal: Signal) {
        self.desk.recorder.record(What::Note { member: 0, note: Note::Mark { text: signal.name().into() } });
        // Nobody hears it where the process has ended.
        let _ = self.signals.send(signal);
    }

    /// Ends the process with SIGKILL, as a crash would.
    pub(crate) async fn kill(&mut self) {
        self.desk.recorder.record(What::Note { member: 0, note: Note::Killed });
        self.cut_short().await;
        let exit = self.ended.borrow().clone();
        if let Some(note) = exit {
            self.desk.recorder.record(What::Note { member: 0, note });
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
        let recorder = self.desk.recorder.clone();
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

impl Desk {
    /// Hears every thread of the answer, each on its own connection.
    async fn open(self: Arc<Self>, listener: TcpListener) {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(self.clone().hear(connection));
        }
    }

    async fn hear(self: Arc<Self>, connection: TcpStream) -> std::io::Result<()> {
        connection.set_nodelay(true)?;
        let (from, mut to) = connection.into_split();
        let mut lines = BufReader::new(from).lines();
        while let Some(line) = lines.next_line().await? {
            let Ok(report) = serde_json::from_str(&line) else { continue };
            match report {
                Report::Listening => self.tell_stops(&mut to).await?,
                Report::Record { progress, member, partition, offset } => {
                    let at = At { progress, member, partition, offset };
                    self.note(&at);
                    self.held(&at).await;
                }
                Report::Returned { error, value } => {
                    self.recorder.record(What::Note { member: 0, note: Note::Returned { error, value } });
                }
                Report::Mark { member, text } => {
                    self.recorder.record(What::Note { member, note: Note::Mark { text } });
                }
                Report::Stored { member, partition, offset } => {
                    self.recorder.record(What::Note { member, note: Note::Stored { partition, offset } });
                }
                Report::Panicked { message } => {
                    self.recorder.record(What::Note { member: 0, note: Note::Panicked { message } });
                }
            }
            to.write_all(format!("{GO_ON}\n").as_bytes()).await?;
        }
        Ok(())
    }

    /// Tells the answer who shall stop, as long as both live: the end of this connection would end the answer.
    async fn tell_stops(&self, to: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
        let mut stops = self.stops.subscribe();
        let mut told = 0;
        loop {
            let news = stops.borrow_and_update()[told..].to_vec();
            told += news.len();
            for member in news {
                to.write_all(format!("{STOP} {member}\n").as_bytes()).await?;
            }
            // `self` holds the sender, so there is always more to wait for.
            let _ = stops.changed().await;
        }
    }

    fn note(&self, at: &At) {
        let At { progress, member, partition, offset } = at.clone();
        self.recorder.record(What::Record { progress, member, partition, offset });
    }

    /// Returns when nothing holds the answer back at this record.
    async fn held(&self, at: &At) {
        let matching = |holds: &Holds| {
            let holds = holds.lock().unwrap_or_else(PoisonError::into_inner);
            holds.iter().filter(|(matches, _)| matches(at)).map(|(_, until)| until.clone()).collect::<Vec<_>>()
        };
        for mut until in matching(&self.holds) {
            while until.changed().await.is_ok() {}
        }
    }
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
