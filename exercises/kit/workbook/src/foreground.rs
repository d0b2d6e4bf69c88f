//! A child whose output the learner sees, such as the learner's own program. It and all that it starts hear Ctrl-C, and end with this
//! tool.

use std::{process::ExitStatus, time::Duration};

use tokio::process::Command;

use crate::{
    cargo,
    catalogue::Workbook,
    cli::Look,
    fail::Result,
    group::Group,
    interrupt::{INTERRUPTED, asked_to_end},
};

/// How long a child may take to end after Ctrl-C.
const PATIENCE: Duration = Duration::from_secs(10);

/// The lab as a program: brokers and the stage, which need librdkafka. Cargo builds it where that has not been done.
pub(crate) fn lab(workbook: &Workbook, look: Look) -> Command {
    let mut command = cargo::command(&workbook.root);
    let built = workbook.target.join("debug").join(format!("lab{}", std::env::consts::EXE_SUFFIX)).exists();
    command.arg("run").args(built.then_some("--quiet")).args(["--package", "lab", "--"]);
    command.env("CARGO_TARGET_DIR", &workbook.target).env("WORKBOOK_LANG", look.language.code());
    if !look.colour {
        command.env("NO_COLOR", "1");
    }
    command
}

/// Runs a child to its end; gives back its exit code, 130 where it was ended by Ctrl-C.
///
/// # Errors
/// It cannot be started.
pub(crate) async fn run(command: Command) -> Result<u8> {
    let mut group = Group::start_in_sight(command)?;
    let ended = tokio::select! {
        status = group.ended() => Some(status?),
        () = asked_to_end() => None,
    };
    if let Some(status) = ended {
        return Ok(code_of(status));
    }
    group.interrupt();
    match tokio::time::timeout(PATIENCE, group.ended()).await {
        Ok(status) => Ok(code_of(status?)),
        Err(_) => Ok(INTERRUPTED),
    }
}

fn code_of(status: ExitStatus) -> u8 {
    status.code().map_or(INTERRUPTED, |code| u8::try_from(code).unwrap_or(1))
}
