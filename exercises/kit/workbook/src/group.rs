//! A child process and all that it starts, ended together: when it is dropped, nothing of it stays behind.

use std::{
    io,
    process::{ExitStatus, Stdio},
};

use process_wrap::tokio::{ChildWrapper, CommandWrap};
use tokio::process::{ChildStderr, ChildStdout, Command};

/// Ctrl-C's signal, the same number on every Unix.
#[cfg(unix)]
const SIGINT: i32 = 2;

/// A running group of processes.
pub(crate) struct Group(Box<dyn ChildWrapper>);

impl Group {
    /// Starts `command` as the leader of a group of its own, without input and with its output piped.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn start(mut command: Command) -> io::Result<Self> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self::start_in_sight(command)
    }

    /// Starts `command` as the leader of a group of its own, without input; its output goes where the command says.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn start_in_sight(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::null());
        let mut group = CommandWrap::from(command);
        #[cfg(unix)]
        group.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        group.wrap(process_wrap::tokio::JobObject);
        Ok(Self(group.spawn()?))
    }

    /// Its two outputs; none once they were taken.
    pub(crate) fn outputs(&mut self) -> Option<(ChildStdout, ChildStderr)> {
        Some((self.0.stdout().take()?, self.0.stderr().take()?))
    }

    /// Asks all of the group to end, as Ctrl-C does; where there is no such thing, ends it.
    pub(crate) fn interrupt(&mut self) {
        // It may have ended by itself; then there is nobody to ask.
        #[cfg(unix)]
        let _ = self.0.signal(SIGINT);
        #[cfg(not(unix))]
        let _ = self.0.start_kill();
    }

    /// Waits for the leader to end.
    ///
    /// # Errors
    /// The system refuses to say.
    pub(crate) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.0.wait().await
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.0.start_kill();
    }
}
