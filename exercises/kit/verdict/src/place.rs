//! The files of one step's last run: `target/workbook/STEP/{verdict.json,trace.jsonl}`. Written whole or not at all, so that a reader
//! never meets half a file. `lab` writes them, also under plain `cargo test`; `workbook` reads them.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use crate::Verdict;

/// Where one step's last run is kept.
#[derive(Clone, Debug)]
pub struct Place(PathBuf);

impl Place {
    /// The place of `step` (such as `01_groups/01_one_consumer`) below `target`, cargo's target directory.
    /// A reference run is kept apart: `solutions/01_groups/…`.
    pub fn of(target: &Path, step: &str) -> Self {
        Self(target.join("workbook").join(step))
    }

    /// `verdict.json`.
    pub fn verdict_file(&self) -> PathBuf {
        self.0.join("verdict.json")
    }

    /// `trace.jsonl`.
    pub fn trace_file(&self) -> PathBuf {
        self.0.join("trace.jsonl")
    }

    /// `trace.NAME.jsonl`, for an exercise with more than one recording.
    pub fn named_trace_file(&self, name: &str) -> PathBuf {
        self.0.join(format!("trace.{name}.jsonl"))
    }

    /// Keeps a run: first its recordings, then the verdict that refers to them.
    ///
    /// # Errors
    /// The disk is full, or the directory cannot be written.
    pub fn keep(&self, verdict: &Verdict, trace: &str, named: &[(&str, String)]) -> io::Result<()> {
        for (name, trace) in named {
            write_whole(&self.named_trace_file(name), trace)?;
        }
        write_whole(&self.trace_file(), trace)?;
        let json = serde_json::to_string_pretty(verdict).map_err(io::Error::other)?;
        write_whole(&self.verdict_file(), &json)
    }

    /// The last verdict; none where there is none, or none that this version can read.
    pub fn verdict(&self) -> Option<Verdict> {
        serde_json::from_str(&fs::read_to_string(self.verdict_file()).ok()?).ok()
    }
}

/// Writes a file whole or not at all: beside it first, then renamed.
///
/// # Errors
/// The disk is full, or the directory cannot be written.
pub fn write_whole(file: &Path, text: &str) -> io::Result<()> {
    let directory = file.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(directory)?;
    let mut builder = tempfile::Builder::new();
    // As any other file, not readable for its owner alone; the process' umask still counts.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut beside = builder.tempfile_in(directory)?;
    beside.write_all(text.as_bytes())?;
    beside.persist(file)?;
    Ok(())
}

/// A hash of an answer's source, stable over platforms: FNV-1a of its text with line ends made equal, as 16 hexadecimal digits.
/// It notices an edit; it is no protection.
pub fn hash_of(source: &str) -> String {
    let hash = source
        .bytes()
        .filter(|byte| *byte != b'\r')
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
