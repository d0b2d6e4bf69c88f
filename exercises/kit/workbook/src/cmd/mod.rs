//! One file a command. Each gets what it needs of [`Here`] and gives back an exit code.

mod author;
mod book;
mod broker;
mod check;
mod completion;
mod doctor;
mod hint;
mod list;
mod new;
mod record;
mod reset;
mod run;
mod solution;
mod tap;

use crate::{
    cli::{AuthorAction, Cli, Command, Look},
    fail::Result,
    here::Here,
    session,
};

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
