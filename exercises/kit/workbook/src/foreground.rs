//! A child that has the terminal, such as the learner's own program: it hears Ctrl-C itself, and this tool waits for its end.

use std::{path::PathBuf, process::ExitStatus, time::Duration};

use tokio::process::Command;

use crate::{cargo, catalogue::Workbook, cli::Look, fail::Result};

/// How long a child may take to end after Ctrl-C.
const PATIENCE: Duration = Duration::from_secs(10);

/// The lab as a program: brokers and the stage, which need librdkafka. Cargo builds it where that has not been done.
pub(crate) fn lab(workbook: &Workbook, look: Look) -> Command {
    let mut command = cargo::command(&workbook.root);
    command.arg("run").args(built_lab(workbook).map(|_| "--quiet")).args(["--package", "lab", "--"]);
    command.env("CARGO_TARGET_DIR", &workbook.target).env("WORKBOOK_LANG", look.language.code());
    if !look.colour {
        command.env("NO_COLOR", "1");
    }
    command
}

/// The lab's program, where it was built already.
pub(crate) fn built_lab(workbook: &Workbook) -> Option<PathBuf> {
    let lab = workbook.target.join("debug").join(format!("lab{}", std::env::consts::EXE_SUFFIX));
    lab.exists().then_some(lab)
}

/// Runs a child to its end; gives back its exit code, 130 where it was ended by Ctrl-C.
///
/// # Errors
/// It cannot be started.
pub(crate) async fn run(mut command: Command) -> Result<u8> {
    let mut child = command.kill_on_drop(true).spawn()?;
    let status = tokio::select! {
        status = child.wait() => status?,
        () = crate::cmd::asked_to_end() => match tokio::time::timeout(PATIENCE, child.wait()).await {
            Ok(status) => status?,
            Err(_) => return Ok(crate::cmd::INTERRUPTED),
        },
    };
    Ok(code_of(status))
}

fn code_of(status: ExitStatus) -> u8 {
    status.code().map_or(crate::cmd::INTERRUPTED, |code| u8::try_from(code).unwrap_or(1))
}
