//! What the learner has done: one small JSON file, `progress.json`. A step that passed keeps the hash of the answer that did, so that
//! a later edit is noticed. An entry is found by the step's package, else by its path, so that it survives the rename of either.

use std::{
    collections::BTreeMap,
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use verdict::place::{hash_of, write_whole};

use crate::{
    catalogue::Step,
    event::{DOES_NOT_COMPILE, Graded},
    fail::Result,
    keep::Keep,
};

const VERSION: u32 = 1;
const FILE: &str = "progress.json";

/// All that is remembered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Progress {
    version: u32,
    steps: BTreeMap<String, Entry>,
}

/// What is remembered of one step.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    /// The step's id when it was last graded.
    pub(crate) path: String,
    /// The last judgement, as in `verdict.json`, or `does_not_compile`.
    pub(crate) last: String,
    /// Hash of the answer that was last judged.
    pub(crate) source: String,
    /// Hash of the answer that passed.
    pub(crate) passed: Option<String>,
    /// When it first passed, in seconds since 1970.
    pub(crate) passed_at: Option<u64>,
    /// How many hints were shown.
    pub(crate) hints_seen: usize,
    /// How many times an answer was judged.
    pub(crate) attempts: u32,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Not judged yet.
    Todo,
    /// The answer as it is now has passed.
    Passed,
    /// An answer passed and has been changed since.
    Edited,
    /// Judged, not passed.
    Failing,
}

impl Default for Progress {
    fn default() -> Self {
        Self { version: VERSION, steps: BTreeMap::new() }
    }
}

impl Progress {
    /// What is remembered; nothing where there is no file or none that can be read (that one is set aside, not lost).
    pub(crate) fn read(keep: &Keep) -> Self {
        let file = keep.path(FILE);
        let Ok(text) = fs::read_to_string(&file) else { return Self::default() };
        match serde_json::from_str::<Self>(&text) {
            Ok(progress) if progress.version == VERSION => progress,
            _ => {
                // Where even that fails, the file stays as it is until the next write.
                let _ = fs::rename(&file, file.with_extension("unreadable.json"));
                Self::default()
            }
        }
    }

    /// Changes one step's entry and writes it all, alone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn change(keep: &Keep, step: &Step, change: impl FnOnce(&mut Entry)) -> Result<()> {
        let _lock =
            fs::File::options().create(true).truncate(false).write(true).open(keep.path("progress.lock")).and_then(|file| {
                file.lock()?;
                Ok(file)
            })?;
        let mut progress = Self::read(keep);
        let mut entry = progress.take(step);
        entry.path.clone_from(&step.id);
        change(&mut entry);
        progress.steps.insert(step.package.clone(), entry);
        let text = serde_json::to_string_pretty(&progress).map_err(anyhow::Error::from)?;
        Ok(write_whole(&keep.path(FILE), &text)?)
    }

    /// Remembers a judgement of the answer with hash `source`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn graded(keep: &Keep, step: &Step, source: &str, graded: &Graded) -> Result<()> {
        Self::change(keep, step, |entry| {
            entry.last = graded.name().to_owned();
            entry.source = source.to_owned();
            entry.attempts += 1;
            if graded.is_pass() {
                entry.passed = Some(source.to_owned());
                entry.passed_at.get_or_insert_with(now);
            }
        })
    }

    /// What is remembered of `step`.
    pub(crate) fn of(&self, step: &Step) -> Entry {
        self.clone().take(step)
    }

    fn take(&mut self, step: &Step) -> Entry {
        if let Some(entry) = self.steps.remove(&step.package) {
            return entry;
        }
        let moved = self.steps.iter().find(|(_, entry)| entry.path == step.id).map(|(name, _)| name.clone());
        moved.and_then(|name| self.steps.remove(&name)).unwrap_or_default()
    }

    /// How `step` stands with the answer that is on the disk now.
    pub(crate) fn state(&self, step: &Step) -> State {
        let entry = self.of(step);
        match (&entry.passed, entry.last.as_str()) {
            (Some(passed), _) if *passed == source_of(step) => State::Passed,
            (Some(_), _) => State::Edited,
            (None, "answer" | DOES_NOT_COMPILE) => State::Failing,
            _ => State::Todo,
        }
    }
}

/// Hash of the step's answer as it is on the disk; of nothing where it cannot be read.
pub(crate) fn source_of(step: &Step) -> String {
    hash_of(&fs::read_to_string(step.file()).unwrap_or_default())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Facts;

    fn step(folder: &std::path::Path, id: &str, package: &str) -> Step {
        let dir = folder.join("exercises").join(id);
        Step { id: id.into(), package: package.into(), dir, solution: None, facts: Facts::default() }
    }

    #[test]
    fn a_pass_is_kept_an_edit_is_noticed_and_a_rename_survived() {
        let folder = tempfile::tempdir().unwrap();
        let keep = Keep::open(folder.path()).unwrap();
        let first = step(folder.path(), "01_a/01_b", "b");
        write_whole(&first.file(), "fn answer() {}\n").unwrap();
        let pass = Graded::Judged(Box::new(crate::event::tests::verdict(verdict::Outcome::Pass)));
        Progress::graded(&keep, &first, &source_of(&first), &pass).unwrap();
        assert_eq!(Progress::read(&keep).state(&first), State::Passed);

        let renamed = step(folder.path(), "01_a/01_b", "better");
        assert_eq!(Progress::read(&keep).state(&renamed), State::Passed);
        let moved = step(folder.path(), "02_c/03_b", "b");
        fs::create_dir_all(moved.file().parent().unwrap()).unwrap();
        fs::copy(first.file(), moved.file()).unwrap();
        assert_eq!(Progress::read(&keep).state(&moved), State::Passed);

        fs::write(first.file(), "fn answer() { /* changed */ }\n").unwrap();
        assert_eq!(Progress::read(&keep).state(&first), State::Edited);
    }

    #[test]
    fn a_broken_file_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let keep = Keep::open(folder.path()).unwrap();
        fs::write(keep.path(FILE), "{ not json").unwrap();
        assert_eq!(Progress::read(&keep).state(&step(folder.path(), "01_a/01_b", "b")), State::Todo);
        assert_eq!(fs::read_to_string(keep.path("progress.unreadable.json")).unwrap(), "{ not json");
    }
}
