//! One file a command. Each gets what it needs of [`Here`] and gives back an exit code. What a command shares with the session or with a
//! page stands in a module of its own, beside this one: `hints`, `solution`, `starter`.
//!
//! Another command is a variant of [`Command`] with its English help, its Korean in `cli/korean.rs` (a test of `cli` finds what is missing),
//! its file here and its arm below, and the snapshots of its help.

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
    let here = || Here::find(look);
    let Some(command) = cli.command else { return session::run(here()?, cli.session).await };
    match command {
        // These need no workbook around them.
        Command::Completion { shell } => completion::run(shell, look),
        Command::Doctor => doctor::run(look).await,
        Command::Tap { upstream, listen } => tap::run(look, &upstream, &listen).await,
        Command::Check { steps, all } => check::run(&here()?, &steps, all).await,
        Command::Run { step, args } => run::run(&here()?, step.as_deref(), &args).await,
        Command::Hint { step, level } => hint::run(&here()?, step.as_deref(), level),
        Command::List => list::run(&here()?),
        Command::Reset { step } => reset::run(&here()?, step.as_deref()),
        Command::Solution { step, force } => solution::run(&here()?, step.as_deref(), force),
        Command::Broker { action } => broker::run(&here()?, action).await,
        Command::Book { out, url } => book::run(&here()?, out, url.as_deref()),
        Command::Record { steps } => record::run(&here()?, &steps).await,
        Command::New { id } => new::run(&here()?, &id),
        Command::Author { action: AuthorAction::Check, quick, tested } => author::check(&here()?, quick, tested).await,
        Command::Author { action: AuthorAction::Messages, .. } => author::messages(&here()?),
    }
}
