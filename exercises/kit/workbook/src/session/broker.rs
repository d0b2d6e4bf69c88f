//! The broker that a session leaves behind: the container is shared by all runs and outlives them, so the session that brought it up
//! takes it down, unless another session is at work.

use std::{fs::File, process::Stdio};

use super::PATIENCE;
use crate::{cmd::Here, fail::Result, foreground};

/// Remembers whether the broker ran before the session.
pub(super) struct Guard {
    ran_before: bool,
    _at_work: Option<File>,
}

impl Guard {
    /// Asks whether the broker runs. Where the lab was never built, nothing of it can run.
    ///
    /// # Errors
    /// The lock of the session cannot be written.
    pub(super) async fn new(here: &Here) -> Result<Self> {
        let at_work = File::options().create(true).truncate(false).write(true).open(here.keep.path("session.lock"))?;
        let shared = at_work.try_lock_shared().is_ok();
        Ok(Self { ran_before: runs(here).await, _at_work: shared.then_some(at_work) })
    }

    /// Takes the broker down where this session brought it up and no other is at work.
    pub(super) async fn end(self, here: &Here) {
        drop(self._at_work);
        let alone = matches!(here.keep.try_lock("session.lock"), Ok(Some(_)));
        if self.ran_before || !alone || !runs(here).await {
            return;
        }
        let _ = ask(here, &["broker", "down"]).await;
    }
}

async fn runs(here: &Here) -> bool {
    let said = ask(here, &["broker", "status", "--json"]).await;
    let said = said.and_then(|said| serde_json::from_str::<serde_json::Value>(&said).ok());
    said.is_some_and(|said| said["address"].is_string())
}

/// What the lab says, where it is built; building it only to ask would take minutes.
async fn ask(here: &Here, arguments: &[&str]) -> Option<String> {
    let lab = foreground::built_lab(&here.workbook)?;
    let mut command = tokio::process::Command::new(lab);
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    String::from_utf8(output.stdout).ok()
}
