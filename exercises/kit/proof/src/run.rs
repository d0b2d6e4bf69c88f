//! One test, in a process of its own. A test that fails beside others is tried once more with the machine for itself: two dozen
//! consumers on few cores can starve one of them, and then the broker is right to expel it. That is told, never passed over, and
//! `WORKBOOK_ONE_TRY=1` leaves it out, as `.ci/flakes` does.

use std::{
    process::{Command, Output},
    sync::{PoisonError, RwLock},
};

use crate::Found;

/// Read by every test that runs beside others, written by the one that runs alone.
static MACHINE: RwLock<()> = RwLock::new(());

/// How a test passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// Beside the others.
    AtOnce,
    /// Only when it ran alone, after it had failed beside the others.
    Alone,
}

impl Found {
    /// Runs the test, if need be a second time and alone.
    ///
    /// # Errors
    /// It failed; what it printed.
    pub fn run(&self) -> Result<Passed, String> {
        let beside_others = {
            let _with_others = MACHINE.read().unwrap_or_else(PoisonError::into_inner);
            self.once()
        };
        match beside_others {
            Ok(()) => Ok(Passed::AtOnce),
            Err(printed) if std::env::var_os("WORKBOOK_ONE_TRY").is_some() => Err(printed),
            Err(first) => {
                let _alone = MACHINE.write().unwrap_or_else(PoisonError::into_inner);
                match self.once() {
                    Ok(()) => {
                        eprintln!("{}: passed when it ran alone; beside the others it had failed:\n{first}", self.name);
                        Ok(Passed::Alone)
                    }
                    Err(second) => Err(second),
                }
            }
        }
    }

    fn once(&self) -> Result<(), String> {
        let mut command = Command::new(&self.binary);
        command.current_dir(&self.folder).args(["--exact", &self.test]);
        match command.output() {
            Ok(Output { status, .. }) if status.success() => Ok(()),
            Ok(Output { stdout, stderr, status }) => {
                Err(format!("{}{}{status}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
            }
            Err(error) => Err(format!("{} cannot be started: {error}", self.binary.display())),
        }
    }
}
