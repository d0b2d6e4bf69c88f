//! What a build of the book reads from the project: its recordings and the register of facts. Each file is read once, for the pages of
//! both languages and for the frames beside them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use trace::Recording;
use verdict::{Text, say};

use crate::facts;

/// The files of one project that directives show. What is read once stays as it is: a build makes its own.
#[derive(Debug)]
pub struct Sources {
    root: PathBuf,
    recordings: Mutex<BTreeMap<String, Arc<Recording>>>,
    register: OnceLock<facts::Register>,
}

impl Sources {
    /// Of the project at `root` (the folder that holds `book`, `exercises` and `solutions`).
    pub fn of(root: &Path) -> Arc<Self> {
        Arc::new(Self { root: root.into(), recordings: Mutex::default(), register: OnceLock::new() })
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The recording of that id in `book/recordings`.
    ///
    /// # Errors
    /// It is not there, or no recording.
    pub fn recording(&self, id: &str) -> Result<Arc<Recording>, Text> {
        let mut known = self.recordings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(recording) = known.get(id) {
            return Ok(Arc::clone(recording));
        }
        let file = format!("book/recordings/{id}.jsonl");
        let step = id.split('.').next().unwrap_or(id);
        let text = fs::read_to_string(self.root.join(&file)).map_err(|_| {
            say!(
                "there is no recording {file}: make it with `cargo workbook record {step}`.",
                "없는 기록이다: {file}. 만드는 명령: `cargo workbook record {step}`."
            )
        })?;
        let recording = Recording::from_jsonl(&text).map(Arc::new).map_err(|error| {
            say!(
                "{file}: {error}. Make it anew with `cargo workbook record {step}`.",
                "{file}: {error}. 다시 만드는 명령: `cargo workbook record {step}`."
            )
        })?;
        known.insert(id.to_owned(), Arc::clone(&recording));
        Ok(recording)
    }

    /// The register of facts.
    pub(super) fn register(&self) -> Result<&facts::Register, Text> {
        if let Some(register) = self.register.get() {
            return Ok(register);
        }
        let text = fs::read_to_string(self.root.join("book/facts.toml"))
            .map_err(|error| say!("book/facts.toml cannot be read: {error}.", "book/facts.toml을 읽을 수 없다: {error}."))?;
        let register = facts::read(&text).map_err(|error| {
            let error = error.to_string().replace('\n', " ");
            say!("book/facts.toml is not a fact register: {error}", "book/facts.toml이 사실 목록 형식이 아니다: {error}")
        })?;
        Ok(self.register.get_or_init(|| register))
    }
}
