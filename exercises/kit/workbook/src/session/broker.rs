//! The broker that a session leaves behind: the container is shared by all runs and outlives them, so the session that brought it up
//! takes it down, unless another session or a grader is at work, here or in another copy of the workbook.

use std::{collections::BTreeSet, fs::File, process::Stdio, time::Duration};

use tokio::process::Command;

use crate::{
    fail::Result,
    settings::{CONTAINER_PREFIX, USERS, lock_file},
};

/// A Docker that says nothing for so long is not asked further.
const PATIENCE: Duration = Duration::from_secs(15);

/// Remembers which containers ran before the session.
pub(super) struct Guard {
    before: BTreeSet<String>,
    at_work: File,
}

impl Guard {
    /// Looks which containers run.
    ///
    /// # Errors
    /// The lock cannot be written.
    pub(super) async fn new() -> Result<Self> {
        let at_work = lock_file(USERS)?;
        let _ = at_work.try_lock_shared();
        Ok(Self { before: running().await, at_work })
    }

    /// Takes down what this session brought up, where nobody else is at work.
    pub(super) async fn end(self) {
        let _ = self.at_work.unlock();
        if self.at_work.try_lock().is_err() {
            return;
        }
        for name in running().await.difference(&self.before) {
            docker(&["rm", "--force", "--volumes", name]).await;
        }
    }
}

async fn running() -> BTreeSet<String> {
    let names = docker(&["ps", "--filter", &format!("name=^{CONTAINER_PREFIX}"), "--format", "{{.Names}}"]).await;
    names.unwrap_or_default().lines().map(str::to_owned).collect()
}

/// What Docker says; none where there is no Docker.
async fn docker(arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("docker");
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    String::from_utf8(output.stdout).ok()
}
