//! Where things are kept between runs: `.workbook/` in the project (not for git), or the user's data folder where the project may not be
//! written. Files there are written whole; locks are held by the process that grades.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use etcetera::BaseStrategy;
use verdict::place::hash_of;

/// A folder that may be written.
#[derive(Clone, Debug)]
pub(crate) struct Keep {
    dir: PathBuf,
    elsewhere: bool,
}

impl Keep {
    /// The folder for the workbook at `root`.
    ///
    /// # Errors
    /// Neither the project nor the user's data folder nor the system's folder for temporary files may be written.
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        let name = format!("workbook-{}", hash_of(&root.to_string_lossy()));
        let data = etcetera::choose_base_strategy().ok().map(|user| user.data_dir().join("kafka-consumer-workbook").join(&name));
        let mut last = None;
        let own = root.join(".workbook");
        for dir in [own.clone()].into_iter().chain(data).chain([std::env::temp_dir().join(&name)]) {
            match writable(&dir) {
                Ok(()) => return Ok(Self { elsewhere: dir != own, dir }),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::PermissionDenied.into()))
    }

    /// A file or folder in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The folder, where it is not the project's own: worth a word to the learner.
    pub(crate) fn elsewhere(&self) -> Option<&Path> {
        self.elsewhere.then_some(&self.dir)
    }

    /// Takes the lock of that name, if nobody holds it. It is given back when the file is dropped, also when the process is killed.
    ///
    /// # Errors
    /// The lock file cannot be written.
    pub(crate) fn try_lock(&self, name: &str) -> io::Result<Option<File>> {
        let file = File::options().create(true).truncate(false).write(true).open(self.path(name))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Takes the lock of that name; calls `waiting` once where somebody else holds it.
    ///
    /// # Errors
    /// The lock file cannot be written.
    pub(crate) async fn lock(&self, name: &str, waiting: impl FnOnce()) -> io::Result<File> {
        if let Some(lock) = self.try_lock(name)? {
            return Ok(lock);
        }
        waiting();
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if let Some(lock) = self.try_lock(name)? {
                return Ok(lock);
            }
        }
    }
}

/// Makes the folder, tries to write in it, and keeps git away from it.
fn writable(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    tempfile::tempfile_in(dir)?;
    let ignore = dir.join(".gitignore");
    if !ignore.exists() {
        fs::write(ignore, "*\n")?;
    }
    Ok(())
}
