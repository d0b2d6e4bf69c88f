//! The answer's side: what a test binary does that was started again to run an answer. It gives the answer its arguments, watches
//! what it does, and reports to the grader's process. Nothing here judges.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    future::Future,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use rdkafka::{Message, message::BorrowedMessage};
use serde::Serialize;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use trace::{Note, Partition, Progress, What};

use crate::line::{GO_ON, INVITATION, Invitation, Report, STOP};

/// How an answer says that it has a record: the exercise calls it `process`. Returns when the record counts as processed.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// The mark of [`Seat::marks_its_stop`].
pub const STOP_ARRIVED: &str = "stop has arrived";

/// Whether this is the mark [`STOP_ARRIVED`].
pub fn stop_arrived(what: &What) -> bool {
    matches!(what, What::Note { note: Note::Mark { text }, .. } if text == STOP_ARRIVED)
}

/// The exit code of a program whose `main` panicked.
const PANICKED: i32 = 101;

/// The place at which an answer sits.
pub struct Seat {
    invitation: Invitation,
    stops: Arc<Stops>,
}

/// The stop tokens of an answer: one for all, and below it one for each member that asked for its own.
#[derive(Default)]
struct Stops {
    all: CancellationToken,
    of_member: Mutex<BTreeMap<u32, CancellationToken>>,
}

impl Stops {
    fn of(&self, member: u32) -> CancellationToken {
        let mut tokens = self.of_member.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.entry(member).or_insert_with(|| self.all.child_token()).clone()
    }

    fn cancel(&self, member: u32) {
        match member {
            0 => self.all.cancel(),
            one => self.of(one).cancel(),
        }
    }
}

/// What an answer's function came to: the value that the grader compares, as JSON, or the error it returned.
pub type Returned = Result<serde_json::Value, String>;

impl Seat {
    /// The seat, if this process was started to run an answer.
    pub(crate) fn of_this_process() -> Option<Self> {
        let invitation = serde_json::from_str(&std::env::var(INVITATION).ok()?).ok()?;
        Some(Self { invitation, stops: Arc::default() })
    }

    /// Runs the answer, reports how it ended, and ends the process with the exit code that a `main` would give it.
    pub(crate) fn run(self, answer: &mut dyn FnMut(&Self) -> Returned) -> ! {
        self.report_panics();
        self.listen();
        let desk = self.invitation.desk.clone();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| answer(&self)));
        let Ok(returned) = outcome else { std::process::exit(PANICKED) };
        let (error, value) = match returned {
            Ok(value) => (None, Some(value.to_string()).filter(|text| text != "null")),
            Err(error) => (Some(error), None),
        };
        let code = i32::from(error.is_some());
        report(&desk, &Report::Returned { error, value });
        std::process::exit(code)
    }

    /// `bootstrap.servers`.
    pub fn bootstrap(&self) -> &str {
        &self.invitation.bootstrap
    }

    /// The name on the broker of a topic or group that the exercise calls `name`.
    ///
    /// # Panics
    /// The grader announced no such name: a mistake in the grader.
    pub fn name(&self, name: &str) -> &str {
        self.invitation.names.get(name).unwrap_or_else(|| panic!("the grader announced no topic or group {name}"))
    }

    /// A number that the grader announced.
    ///
    /// # Panics
    /// The grader announced no such number: a mistake in the grader.
    pub fn number(&self, name: &str) -> usize {
        let number = self.invitation.numbers.get(name).and_then(|n| usize::try_from(*n).ok());
        number.unwrap_or_else(|| panic!("the grader announced no number {name}"))
    }

    /// `process` for consumer `member` (from 1) of the answer.
    pub fn process(&self, member: u32) -> Process {
        let process_at = self.process_at(member);
        Arc::new(move |message| process_at(message.topic(), message.partition(), message.offset()))
    }

    /// Like [`Self::process`], for an answer that names a record by topic, partition and offset, as in a line of a log.
    pub fn process_at(&self, member: u32) -> impl Fn(&str, i32, i64) + Send + Sync + 'static {
        let reached = self.reached(member);
        move |topic, partition, offset| {
            for progress in [Progress::HandedOver, Progress::Processed] {
                reached(progress, topic, partition, offset);
            }
        }
    }

    /// Reports how far consumer `member` got with the record of that topic, partition and offset: for a `process` that may fail, or
    /// takes its time, between the two.
    pub fn reached(&self, member: u32) -> impl Fn(Progress, &str, i32, i64) + Send + Sync + 'static {
        let (desk, shown) = (self.invitation.desk.clone(), self.shown());
        move |progress, topic, partition, offset| {
            let partition = Partition::new(shown(topic), partition);
            report(&desk, &Report::Record { progress, member, partition, offset });
        }
    }

    /// Reports that consumer `member` has stored an offset (topic, partition, next offset to read), which no frame tells. For an exercise's
    /// own consumer: an answer does not report what it stores.
    pub fn stored(&self, member: u32) -> impl Fn(&str, i32, i64) + Send + Sync + 'static {
        let (desk, shown) = (self.invitation.desk.clone(), self.shown());
        move |topic, partition, offset| {
            let partition = Partition::new(shown(topic), partition);
            report(&desk, &Report::Stored { member, partition, offset });
        }
    }

    /// What the exercise calls a topic, by its name on the broker.
    fn shown(&self) -> impl Fn(&str) -> String + Send + Sync + 'static {
        let names = self.invitation.names.clone();
        move |real| names.iter().find(|(_, r)| *r == real).map_or(real, |(shown, _)| shown).to_owned()
    }

    /// Like [`Self::reached`], for a `process` that is awaited. A record that the grader holds keeps no thread of the answer's runtime
    /// waiting, and the answer may drop the work meanwhile.
    pub fn awaited(&self, member: u32) -> impl Fn(Progress, &str, i32, i64) -> oneshot::Receiver<()> + Send + Sync + 'static {
        let reached = Arc::new(self.reached(member));
        move |progress, topic, partition, offset| {
            let (reached, topic, (go_on, may_go_on)) = (reached.clone(), topic.to_owned(), oneshot::channel());
            std::thread::spawn(move || {
                reached(progress, &topic, partition, offset);
                // Nobody waits any more where the work was dropped.
                let _ = go_on.send(());
            });
            may_go_on
        }
    }

    /// The stop token: cancelled when the grader wants the answer to end.
    pub fn stop(&self) -> CancellationToken {
        self.stops.all.clone()
    }

    /// The stop token of consumer `member` (from 1) alone: cancelled when the grader wants that one to end, or all.
    pub fn stop_of(&self, member: u32) -> CancellationToken {
        self.stops.of(member)
    }

    /// Puts the mark [`STOP_ARRIVED`] of consumer `member` (from 1) on the time line when its stop token is cancelled: whoever is let go after
    /// that knows of the stop.
    pub fn marks_its_stop(&self, member: u32) {
        let (mark, stop) = (self.marks(member), self.stop_of(member));
        std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
            runtime.block_on(stop.cancelled());
            mark(STOP_ARRIVED.to_owned());
        });
    }

    /// Puts marks of consumer `member` (from 1; 0 for all) on the time line. They are the same in every language, such as `idle(true)`.
    pub fn marks(&self, member: u32) -> impl Fn(String) + Send + Sync + 'static {
        let desk = self.invitation.desk.clone();
        move |text| report(&desk, &Report::Mark { member, text })
    }

    /// Runs an asynchronous answer on a runtime like the one that `#[tokio::main]` makes, with four workers on every machine.
    pub fn block_on<T: Serialize, E: std::fmt::Display>(&self, answer: impl Future<Output = Result<T, E>>) -> Returned {
        let answer: Pin<Box<dyn Future<Output = Returned> + '_>> = Box::pin(async { returned_by(answer.await) });
        block_on(answer)
    }

    fn report_panics(&self) {
        let desk = self.invitation.desk.clone();
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            usual(panic);
            let place = panic.location().map(|at| format!(" ({}:{})", at.file(), at.line())).unwrap_or_default();
            let message = panic.payload_as_str().unwrap_or("a value that is no text");
            report(&desk, &Report::Panicked { message: format!("{message}{place}") });
        }));
    }

    /// Hears the grader's process on a thread of its own. Its end is this process' end: no answer outlives its grader.
    fn listen(&self) {
        let (desk, stops) = (self.invitation.desk.clone(), self.stops.clone());
        std::thread::spawn(move || {
            let Some(mut line) = Line::open(&desk) else { std::process::exit(0) };
            line.say(&Report::Listening);
            while let Some(member) = line.hear().and_then(|heard| heard.strip_prefix(STOP)?.trim().parse().ok()) {
                stops.cancel(member);
            }
            std::process::exit(0)
        });
    }
}

/// Compiled once, with this crate: the answer's type is hidden from it.
fn block_on(answer: Pin<Box<dyn Future<Output = Returned> + '_>>) -> Returned {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(answer)
}

/// What an answer returned, as the grader gets it.
pub fn returned_by<T: Serialize, E: std::fmt::Display>(returned: Result<T, E>) -> Returned {
    let value = returned.map_err(|error| error.to_string())?;
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// One connection to the desk.
struct Line {
    from: BufReader<TcpStream>,
    to: TcpStream,
}

impl Line {
    fn open(desk: &str) -> Option<Self> {
        let to = TcpStream::connect(desk).ok()?;
        to.set_nodelay(true).ok()?;
        Some(Self { from: BufReader::new(to.try_clone().ok()?), to })
    }

    fn say(&mut self, report: &Report) {
        let mut line = serde_json::to_string(report).unwrap_or_default();
        line.push('\n');
        // Where the desk is gone, the listening thread ends the process.
        let _ = self.to.write_all(line.as_bytes());
    }

    fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.from.read_line(&mut line).ok()?;
        (read > 0).then(|| line.trim_end().to_owned())
    }
}

thread_local! {
    static LINE: RefCell<Option<Line>> = const { RefCell::new(None) };
}

/// Reports on this thread's connection, and returns when the desk says to go on.
fn report(desk: &str, report: &Report) {
    LINE.with_borrow_mut(|line| {
        if line.is_none() {
            *line = Line::open(desk);
        }
        if let Some(line) = line {
            line.say(report);
            let _heard = line.hear().filter(|heard| heard == GO_ON);
        }
    });
}
