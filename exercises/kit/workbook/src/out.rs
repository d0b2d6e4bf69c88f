//! Standard output. Whoever reads it may go early, as `| head` does, and that is no failure; a full disk is one.

use std::io::{self, Write};

/// Writes `text`, without its colours where none are wanted.
///
/// # Errors
/// It cannot be written, and somebody still reads it.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout();
    unless_gone(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

fn unless_gone(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_has_gone_is_no_failure_and_a_full_disk_is_one() {
        let failed = |kind: io::ErrorKind| unless_gone(Err(kind.into()));
        assert!(failed(io::ErrorKind::BrokenPipe).is_ok());
        assert!(failed(io::ErrorKind::StorageFull).is_err());
    }
}
