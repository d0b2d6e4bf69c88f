//! One file a command. Each gets what it needs of [`Here`] and gives back an exit code.

mod author;
mod book;
mod broker;
mod check;
mod completion;
mod doctor;
pub(crate) mod hint;
mod list;
mod new;
mod record;
mod reset;
mod run;
pub(crate) mod solution;
mod tap;

use std::{io::Write, path::PathBuf};

use verdict::say;

use crate::{
    catalogue::{Step, Workbook},
    cli::{AuthorAction, Cli, Command, Look},
    fail::{Failure, Result},
    keep::Keep,
    progress::{Progress, State},
    select, session, starter,
};

/// Where a command works: the workbook, what is kept of the learner, how to speak, and the folder in which it was typed.
pub(crate) struct Here {
    pub(crate) workbook: Workbook,
    pub(crate) keep: Keep,
    pub(crate) look: Look,
    folder: PathBuf,
}

/// Runs what was typed; gives back the exit code.
///
/// # Errors
/// It was not understood, or the machine is not ready.
pub(crate) fn run(cli: Cli, look: &Look) -> Result<u8> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let code = runtime.block_on(chosen(cli, *look));
    // Nobody waits for a thread that still reads the keyboard.
    runtime.shutdown_background();
    code
}

async fn chosen(cli: Cli, look: Look) -> Result<u8> {
    match cli.command {
        Some(Command::Completion { shell }) => Ok(completion::run(shell, look)),
        Some(Command::Doctor) => doctor::run(look).await,
        Some(Command::Tap { upstream, listen }) => tap::run(look, &upstream, &listen).await,
        command => with_workbook(command, cli.session, Here::find(look)?).await,
    }
}

async fn with_workbook(command: Option<Command>, session: crate::cli::Session, here: Here) -> Result<u8> {
    match command {
        None => session::run(here, session).await,
        Some(Command::Check { steps, all }) => check::run(&here, &steps, all).await,
        Some(Command::Run { step, args }) => run::run(&here, step.as_deref(), &args).await,
        Some(Command::Hint { step, level }) => hint::run(&here, step.as_deref(), level),
        Some(Command::List) => list::run(&here),
        Some(Command::Reset { step }) => reset::run(&here, step.as_deref()),
        Some(Command::Solution { step, force }) => solution::run(&here, step.as_deref(), force),
        Some(Command::Broker { action }) => broker::run(&here, action).await,
        Some(Command::Book { out, url }) => book::run(&here, out, url.as_deref()),
        Some(Command::Record { steps }) => record::run(&here, &steps).await,
        Some(Command::New { id }) => new::run(&here, &id),
        Some(Command::Author { action: AuthorAction::Check, quick, tested }) => author::check(&here, quick, tested).await,
        Some(Command::Author { action: AuthorAction::Messages, .. }) => author::messages(&here),
        Some(Command::Completion { .. } | Command::Doctor | Command::Tap { .. }) => Ok(0),
    }
}

impl Here {
    fn find(look: Look) -> Result<Self> {
        let folder = std::env::current_dir()?;
        let workbook = Workbook::around(&folder)?;
        let keep = Keep::open(&workbook.root)?;
        if let Some(elsewhere) = keep.elsewhere().filter(|_| !look.json) {
            let elsewhere = elsewhere.display();
            let notice = say!(
                "The workbook's folder may not be written: your progress is kept in {elsewhere}.",
                "워크북 폴더에 쓸 수 없어 진행 상태를 {elsewhere}에 보관한다."
            );
            eprintln!("{}", look.say(notice));
        }
        starter::keep_all(&workbook, &keep)?;
        Ok(Self { workbook, keep, look, folder })
    }

    /// The step of that name; without a name, the one whose folder this is.
    fn step(&self, name: Option<&str>) -> Result<&Step> {
        let found = match name {
            Some(name) => return select::step(&self.workbook, name, &self.folder),
            None => select::around(&self.workbook, &self.folder),
        };
        found.ok_or_else(|| {
            Failure::usage(
                say!("Which step? This folder is not inside one.", "어느 단계인지 알 수 없다. 이 폴더는 단계 안에 있지 않다."),
                say!(
                    "Name it, such as 1.2 or sharing; the steps: cargo workbook list",
                    "1.2나 sharing처럼 지정한다. 단계 목록: cargo workbook list"
                ),
            )
        })
    }

    /// The step of that name; without a name, the one whose folder this is, else the first that has not passed.
    pub(crate) fn step_or_next(&self, name: Option<&str>) -> Result<&Step> {
        match name.map_or_else(|| select::around(&self.workbook, &self.folder), |_| None) {
            Some(step) => Ok(step),
            None if name.is_none() => Ok(self.first_open()),
            None => self.step(name),
        }
    }

    /// The first step that has not passed; the first of all where all have.
    pub(crate) fn first_open(&self) -> &Step {
        let progress = Progress::read(&self.keep);
        let open = |step: &&Step| !matches!(progress.state(step), State::Passed | State::Edited);
        // The catalogue is never empty: it refuses a workspace without steps.
        self.workbook.steps.iter().find(open).unwrap_or(&self.workbook.steps[0])
    }

    /// Prints `json` where that was asked for, else `text`.
    fn print(&self, json: &serde_json::Value, text: &str) {
        let text = if self.look.json { format!("{json}\n") } else { text.to_owned() };
        // Whoever read it may have gone, as with `| head`.
        let _ = anstream::stdout().write_all(text.as_bytes());
    }
}

/// Whether there is no step left that has not passed.
pub(crate) fn all_passed(here: &Here) -> bool {
    let progress = Progress::read(&here.keep);
    here.workbook.steps.iter().all(|step| matches!(progress.state(step), State::Passed | State::Edited))
}

/// Ends when the user or the system asks this process to end.
pub(crate) async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (terminate, hang_up) = (signal(SignalKind::terminate()), signal(SignalKind::hangup()));
        if let (Ok(mut terminate), Ok(mut hang_up)) = (terminate, hang_up) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            return;
        }
    }
    // Where even that cannot be heard, nobody can ask.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The exit code of a command that was asked to end, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;
