//! The folder that a built book is put into. Files are replaced one by one and only where they differ, so that a browser never meets a
//! folder without its page, and nothing is deleted that is not a built book.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use verdict::Language;

/// mdBook puts it into every book that it builds.
const SIGN: &str = ".nojekyll";

/// Refuses a folder that holds something else than a built book, because building removes what it does not know.
pub(super) fn refuse_foreign(out: &Path) -> Result<()> {
    let mut entries = match fs::read_dir(out) {
        Ok(entries) => entries.filter_map(Result::ok).filter(|entry| entry.file_name() != "ko"),
        Err(_) if !out.exists() => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", out.display())),
    };
    if entries.next().is_some() && !out.join(SIGN).exists() {
        bail!("{} holds something else than a built book: name an empty folder, or one that does not exist yet", out.display());
    }
    Ok(())
}

/// Makes `out` equal to `built`.
pub(super) fn publish(built: &Path, out: &Path, language: Language) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
    // First the sign, so that an interrupted build is still known as a book.
    copy(&built.join(SIGN), &out.join(SIGN))?;
    let new = files(built)?;
    for file in &new {
        copy(&built.join(file), &out.join(file))?;
    }
    let other_language = |file: &&PathBuf| language == Language::En && file.starts_with("ko");
    for old in files(out)?.difference(&new).filter(|file| !other_language(file)) {
        fs::remove_file(out.join(old)).with_context(|| format!("{} cannot be removed", out.join(old).display()))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let new = fs::read(from).with_context(|| format!("{} cannot be read", from.display()))?;
    if fs::read(to).is_ok_and(|old| old == new) {
        return Ok(());
    }
    let write = || {
        let folder = to.parent().unwrap_or(to);
        fs::create_dir_all(folder)?;
        // Beside it first, then renamed. Not a `NamedTempFile`: a page is for everybody to read.
        let beside = to.with_extension("being-written");
        fs::write(&beside, &new)?;
        fs::rename(&beside, to)
    };
    write().with_context(|| format!("{} cannot be written", to.display()))
}

/// All files below `folder`, relative to it.
pub(super) fn files(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("{} cannot be read", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(folder) {
                found.insert(relative.to_path_buf());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, file: &str, text: &str) {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn a_folder_that_is_no_book_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        write(home.path(), "thesis.txt", "");
        assert!(refuse_foreign(home.path()).is_err());
        assert!(refuse_foreign(&home.path().join("new")).is_ok());
    }

    #[test]
    fn old_pages_go_and_the_other_language_stays() {
        let (built, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for file in [SIGN, "index.html", "a/b.html"] {
            write(built.path(), file, "new");
        }
        for file in [SIGN, "index.html", "gone.html", "ko/index.html"] {
            write(out.path(), file, "old");
        }
        publish(built.path(), out.path(), Language::En).unwrap();
        let left: Vec<_> = files(out.path()).unwrap().into_iter().collect();
        assert_eq!(left, [SIGN, "a/b.html", "index.html", "ko/index.html"].map(PathBuf::from));
        assert_eq!(fs::read_to_string(out.path().join("index.html")).unwrap(), "new");
    }
}
