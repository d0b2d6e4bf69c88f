//! Notices what is saved, by asking for times of files every few hundred milliseconds: that works on every file system, also where the
//! system's own notices do not come (WSL, NFS, containers).

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use crate::catalogue::Workbook;

/// How often to look.
pub(crate) const EVERY: Duration = Duration::from_millis(200);

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Saved {
    /// Something of a step's exercise.
    Step(String),
    /// Something of the book.
    Book,
}

/// What the files were like at the last look.
pub(crate) struct Watch {
    seen: BTreeMap<PathBuf, (Option<SystemTime>, u64)>,
}

impl Watch {
    /// Everything is as it is now.
    pub(crate) fn new(workbook: &Workbook) -> Self {
        Self { seen: look(workbook) }
    }

    /// What was saved since the last look, each once.
    pub(crate) fn saved(&mut self, workbook: &Workbook) -> Vec<Saved> {
        let now = look(workbook);
        let changed = now.iter().filter(|(path, state)| self.seen.get(*path) != Some(state)).map(|(path, _)| path);
        let gone = self.seen.keys().filter(|path| !now.contains_key(*path));
        let mut saved: Vec<Saved> = changed.chain(gone).filter_map(|path| what(workbook, path)).collect();
        saved.dedup();
        self.seen = now;
        saved
    }
}

fn what(workbook: &Workbook, path: &Path) -> Option<Saved> {
    match workbook.steps.iter().find(|step| path.starts_with(&step.dir)) {
        Some(step) => Some(Saved::Step(step.id.clone())),
        None => path.starts_with(workbook.root.join("book")).then_some(Saved::Book),
    }
}

fn look(workbook: &Workbook) -> BTreeMap<PathBuf, (Option<SystemTime>, u64)> {
    let mut files = BTreeMap::new();
    for step in &workbook.steps {
        walk(&step.dir, &mut files);
    }
    walk(&workbook.root.join("book"), &mut files);
    files
}

/// Editors write files of their own beside the one that is edited; those are not looked at.
fn walk(folder: &Path, files: &mut BTreeMap<PathBuf, (Option<SystemTime>, u64)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || name.starts_with('#') || name.ends_with('~') || name == "target" {
            continue;
        }
        match entry.metadata() {
            Ok(about) if about.is_dir() => walk(&entry.path(), files),
            Ok(about) => {
                files.insert(entry.path(), (about.modified().ok(), about.len()));
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Facts, Step};

    #[test]
    fn a_save_is_noticed_once_and_an_editor_s_own_files_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let dir = root.join("exercises/01_a/01_b");
        fs::create_dir_all(dir.join("src")).unwrap();
        fs::create_dir_all(root.join("book/src")).unwrap();
        fs::write(dir.join("src/lib.rs"), "one").unwrap();
        let step =
            Step { id: "01_a/01_b".into(), package: "b".into(), dir: dir.clone(), solution: None, facts: Facts::default() };
        let workbook = Workbook { root: root.clone(), target: root.join("target"), steps: vec![step] };
        let mut watch = Watch::new(&workbook);
        assert_eq!(watch.saved(&workbook), []);
        fs::write(dir.join("src/.lib.rs.swp"), "editor").unwrap();
        assert_eq!(watch.saved(&workbook), []);
        fs::write(dir.join("src/lib.rs"), "another").unwrap();
        fs::write(root.join("book/src/page.md"), "text").unwrap();
        assert_eq!(watch.saved(&workbook), [Saved::Book, Saved::Step("01_a/01_b".into())]);
        assert_eq!(watch.saved(&workbook), []);
    }
}
