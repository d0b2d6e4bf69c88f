//! Grades one answer: `cargo test` of its grader as a group of processes of its own, watched. The verdict is what the grader wrote; what
//! is found out here is only why there is none. Dropping the future ends everything that it started.

use std::{
    collections::VecDeque,
    pin::pin,
    time::{Duration, SystemTime},
};

use cargo_metadata::{CompilerMessage, Message, TargetKind, diagnostic::DiagnosticLevel};
use futures::{Stream, StreamExt};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    time::Instant,
};
use verdict::{
    Outcome, Verdict,
    agreed::{PROGRESS, QUIET},
};

use crate::{
    attempts, cargo,
    catalogue::{Step, Workbook},
    cli::Look,
    event::{Event, Graded, Note},
    fail::Result,
    group::Group,
    keep::Keep,
    progress::{Progress, source_of},
    trouble,
};

/// A grader that says nothing for so long is ended. It says what it waits for, and has shorter deadlines of its own.
const SILENCE: Duration = Duration::from_secs(120);
/// How much of the output is kept for a report: the last lines.
const KEPT_LINES: usize = 60;
/// A longer line is cut.
const LONGEST_LINE: usize = 1024 * 1024;

/// Grades `step`, remembers the judgement, and tells of it.
///
/// # Errors
/// Cargo cannot be started, or the progress cannot be written.
pub(crate) async fn grade(workbook: &Workbook, keep: &Keep, step: &Step, look: &Look, tell: &impl Fn(Event)) -> Result<Graded> {
    let id = || step.id.clone();
    let waiting =
        look.say(verdict::say!("another check is running: waiting for it to end", "다른 채점이 실행 중이라 끝나기를 기다린다"));
    let lock = keep.lock("grade.lock", || tell(Event::Noted { step: id(), note: Note::Said(waiting) })).await?;
    let source = source_of(step);
    let graded = judge(workbook, step, look, tell).await?;
    Progress::graded(keep, step, &source, &graded)?;
    attempts::add(keep, step, &source, &graded)?;
    drop(lock);
    tell(Event::Graded { step: id(), graded: graded.clone() });
    Ok(graded)
}

/// Grades `step` and remembers nothing.
///
/// # Errors
/// Cargo cannot be started.
pub(crate) async fn judge(workbook: &Workbook, step: &Step, look: &Look, tell: &impl Fn(Event)) -> Result<Graded> {
    tell(Event::Building { step: step.id.clone() });
    Run::start(workbook, step, look)?.watched(tell).await
}

/// One run of a grader.
struct Run<'a> {
    workbook: &'a Workbook,
    step: &'a Step,
    group: Group,
    written_before: Option<SystemTime>,
    built: bool,
    silent_since: Option<Instant>,
    last_note: String,
    errors: Vec<CompilerMessage>,
    tail: VecDeque<String>,
}

impl<'a> Run<'a> {
    fn start(workbook: &'a Workbook, step: &'a Step, look: &Look) -> Result<Self> {
        let mut command = cargo::command(&workbook.root);
        let form = if look.colour { "json-diagnostic-rendered-ansi" } else { "json" };
        command
            .args(["test", "--package", &step.package, "--test", "grade", "--message-format", form, "--color", "never"])
            .env("CARGO_TARGET_DIR", &workbook.target)
            .env(QUIET, "1")
            .env("WORKBOOK_LANG", look.language.code());
        let group = Group::start(command)?;
        let written_before = written(workbook, step);
        let (errors, tail) = (Vec::new(), VecDeque::new());
        Ok(Self {
            workbook,
            step,
            group,
            written_before,
            built: false,
            silent_since: None,
            last_note: String::new(),
            errors,
            tail,
        })
    }

    async fn watched(mut self, tell: &impl Fn(Event)) -> Result<Graded> {
        let Some((out, err)) = self.group.outputs() else { return Ok(self.bug("The grader has no output.")) };
        let mut lines = pin!(futures::stream::select(lines(out).map(Line::Out), lines(err).map(Line::Err)));
        loop {
            let silent_since = self.silent_since.unwrap_or_else(Instant::now);
            tokio::select! {
                line = lines.next() => match line {
                    Some(Line::Out(line)) => self.heard_out(line, tell),
                    Some(Line::Err(line)) => self.heard_err(line, tell),
                    None => break,
                },
                () = tokio::time::sleep_until(silent_since + silence()), if self.built => {
                    let (seconds, last) = (silence().as_secs(), &self.last_note);
                    return Ok(self.bug(&format!("The grader said nothing for {seconds} s and was ended. Its last word: {last}")));
                }
            }
        }
        self.group.ended().await?;
        Ok(self.judgement())
    }

    /// A line of standard output: cargo's messages as JSON, then what the test harness prints.
    fn heard_out(&mut self, line: String, tell: &impl Fn(Event)) {
        match serde_json::from_str::<Message>(&line) {
            Ok(Message::CompilerMessage(message)) => match message.message.level {
                DiagnosticLevel::Error | DiagnosticLevel::Ice => self.errors.push(message),
                DiagnosticLevel::Warning => self.warn(&message, tell),
                _ => {}
            },
            Ok(Message::BuildFinished(finished)) => {
                self.built = finished.success;
                if self.built {
                    self.silent_since = Some(Instant::now());
                    tell(Event::Running { step: self.step.id.clone() });
                }
            }
            Ok(_) => {}
            Err(_) => self.keep_line(line),
        }
    }

    /// Passes on the one kind of warning that explains wrong answers: a result or a future that nobody uses.
    fn warn(&self, message: &CompilerMessage, tell: &impl Fn(Event)) {
        let unused = message.message.code.as_ref().is_some_and(|code| code.code == "unused_must_use");
        if unused && self.is_of_step(message) {
            let place = message.message.spans.first().map(|span| format!("{}:{}: ", span.file_name, span.line_start));
            let warning = format!("rustc: {}{}", place.unwrap_or_default(), message.message.message);
            tell(Event::Noted { step: self.step.id.clone(), note: Note::Said(warning) });
        }
    }

    /// A line of standard error: the grader's progress, what cargo compiles, or anything else.
    fn heard_err(&mut self, line: String, tell: &impl Fn(Event)) {
        let step = || self.step.id.clone();
        if let Some(note) = line.strip_prefix(PROGRESS) {
            if self.silent_since.is_some() {
                self.silent_since = Some(Instant::now());
            }
            // Said again, it is a sign of life, and no news.
            if self.last_note != note {
                self.last_note = note.to_owned();
                tell(Event::Noted { step: step(), note: Note::Said(note.to_owned()) });
            }
        } else if let Some(moving) = trouble::moving(&line) {
            if moving.is_empty() {
                return;
            }
            tell(Event::Noted { step: step(), note: Note::Moving(moving.to_owned()) });
        } else {
            self.keep_line(line);
        }
    }

    fn keep_line(&mut self, line: String) {
        if self.tail.len() == KEPT_LINES {
            self.tail.pop_front();
        }
        self.tail.push_back(line);
    }

    fn judgement(self) -> Graded {
        // An error without a place in the source, such as a linker that is missing, is not the answer's.
        let of_answer = |error: &&CompilerMessage| self.is_of_step(error) && !error.message.spans.is_empty();
        let own: Vec<_> = self.errors.iter().filter(of_answer).collect();
        if let Some(first) = own.first() {
            let signature = first.target.kind.contains(&TargetKind::Test);
            let compiler = own.iter().filter_map(|error| error.message.rendered.as_deref()).collect();
            return Graded::DoesNotCompile { compiler, signature };
        }
        if !self.built {
            let said = self.said();
            return match trouble::of_build(&said) {
                Some(trouble) => self.judged(Outcome::Setup { trouble }),
                None => match trouble::telling_lines(&said).as_str() {
                    "" => self.bug("Cargo could not build the grader."),
                    said => self.judged(Outcome::Bug { what: format!("Cargo could not build the grader.\n{said}") }),
                },
            };
        }
        let place = self.step.place(&self.workbook.target);
        match place.verdict() {
            Some(verdict) if written(self.workbook, self.step) != self.written_before => Graded::Judged(Box::new(verdict)),
            _ => self.bug("The grader ended without a verdict."),
        }
    }

    fn is_of_step(&self, message: &CompilerMessage) -> bool {
        message.target.src_path.as_std_path().starts_with(&self.step.dir)
    }

    /// What was kept of the output, with the errors of other packages.
    fn said(&self) -> String {
        let errors = self.errors.iter().filter_map(|error| error.message.rendered.as_deref());
        errors.chain(self.tail.iter().map(String::as_str)).collect::<Vec<_>>().join("\n")
    }

    fn bug(&self, what: &str) -> Graded {
        let said = self.said();
        let last: Vec<_> = said.lines().filter(|line| !line.trim().is_empty()).rev().take(5).collect();
        let last = last.into_iter().rev().collect::<Vec<_>>().join("\n");
        self.judged(Outcome::Bug { what: format!("{what}\n{last}").trim().to_owned() })
    }

    /// A judgement that is not the grader's. It is kept in the place of one, so that nobody takes an older one for it.
    fn judged(&self, outcome: Outcome) -> Graded {
        let verdict = Verdict {
            step: self.step.id.clone(),
            outcome,
            broker: String::new(),
            took_ms: 0,
            source: source_of(self.step),
            grader_edited: None,
            output: String::new(),
        };
        // On a full disk the learner is told all the same.
        let _ = self.step.place(&self.workbook.target).keep(&verdict, "", &[]);
        Graded::Judged(Box::new(verdict))
    }
}

/// When the step's verdict was last written.
fn written(workbook: &Workbook, step: &Step) -> Option<SystemTime> {
    std::fs::metadata(step.place(&workbook.target).verdict_file()).and_then(|file| file.modified()).ok()
}

fn silence() -> Duration {
    let asked = std::env::var("WORKBOOK_SILENCE_S").ok().and_then(|seconds| seconds.parse().ok());
    asked.map_or(SILENCE, Duration::from_secs)
}

/// A line of one of the two outputs.
enum Line {
    Out(String),
    Err(String),
}

/// The lines of an output. The rest of a line that is too long is left out.
fn lines(from: impl AsyncRead + Unpin) -> impl Stream<Item = String> {
    futures::stream::unfold(BufReader::new(from), async |mut from| {
        let mut line = Vec::new();
        loop {
            let chunk = from.fill_buf().await.ok()?;
            if chunk.is_empty() && line.is_empty() {
                return None;
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let room = LONGEST_LINE.saturating_sub(line.len());
            line.extend_from_slice(&chunk[..end.unwrap_or(chunk.len()).min(room)]);
            let (used, whole) = (end.map_or(chunk.len(), |at| at + 1), end.is_some() || chunk.is_empty());
            from.consume(used);
            if whole {
                return Some((String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned(), from));
            }
        }
    })
}
