//! Opens a file in the learner's editor, for the page's button: the command in `WORKBOOK_EDITOR` (such as `code -g`), else what the
//! system opens such files with. An editor for a terminal is of no use here; the session has the terminal.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
};

/// Starts the editor and does not wait for it.
///
/// # Errors
/// There is no such command.
pub(crate) fn open(file: &Path) -> io::Result<()> {
    let asked = std::env::var("WORKBOOK_EDITOR").unwrap_or_default();
    let mut words = asked.split_whitespace();
    let Some(program) = words.next() else { return open::that_detached(file) };
    let mut editor = Command::new(program);
    editor.args(words).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = editor.spawn()?;
    // Somebody has to hear of its end.
    std::thread::spawn(move || child.wait());
    Ok(())
}
