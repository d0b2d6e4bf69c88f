//! The starters as they came, so that an answer can be reset, also without git. A copy of each is kept when a step is first met: the
//! committed file where git knows it, else the file itself. As long as nothing was judged, the copy follows the project.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use verdict::{place::write_whole, say};

use crate::{
    catalogue::{Step, Workbook},
    fail::{Failure, Result},
    keep::Keep,
    progress::Progress,
};

/// Keeps the starters that are not kept yet.
///
/// # Errors
/// A copy cannot be written.
pub(crate) fn keep_all(workbook: &Workbook, keep: &Keep) -> Result<()> {
    let progress = Progress::read(keep);
    for step in &workbook.steps {
        let copy = copy_of(keep, step);
        let kept = fs::read_to_string(&copy).ok();
        let Ok(now) = fs::read_to_string(step.file()) else { continue };
        let follows = progress.of(step).attempts == 0 && kept.as_ref() != Some(&now);
        if kept.is_none() || follows {
            let starter = committed(&workbook.root, step).unwrap_or_else(|| kept.clone().unwrap_or(now));
            if kept.as_ref() != Some(&starter) {
                write_whole(&copy, &starter)?;
            }
        }
    }
    Ok(())
}

/// The starter of `step`, if it is kept.
pub(crate) fn of(keep: &Keep, step: &Step) -> Option<String> {
    fs::read_to_string(copy_of(keep, step)).ok()
}

/// Puts the starter back; the answer is saved first. Gives back where, or none where there was nothing to save.
///
/// # Errors
/// No starter is kept, or a file cannot be written; then the answer is as it was.
pub(crate) fn put_back(keep: &Keep, step: &Step) -> Result<Option<PathBuf>> {
    let starter = of(keep, step).ok_or_else(|| {
        let file = step.shown_file();
        Failure::setup(
            "no_starter",
            say!("No starter of {file} is kept.", "{file}의 시작 코드가 보관되어 있지 않다."),
            say!("Take the file from a fresh copy of the workbook.", "워크북을 새로 받아 그 파일을 가져온다."),
        )
    })?;
    let answer = fs::read_to_string(step.file()).unwrap_or_default();
    if answer == starter {
        return Ok(None);
    }
    let backup = free_name(&keep.path("backups").join(&step.id));
    write_whole(&backup, &answer)?;
    // In place, so that the file keeps its permissions and an editor its handle; the answer is safe in the backup.
    fs::write(step.file(), &starter)?;
    Ok(Some(backup))
}

fn copy_of(keep: &Keep, step: &Step) -> PathBuf {
    keep.path("starters").join(format!("{}.rs", step.id))
}

/// `STEM.1.rs`, `STEM.2.rs` …: the first that does not exist.
fn free_name(stem: &Path) -> PathBuf {
    let name = |n: u32| stem.with_file_name(format!("{}.{n}.rs", stem.file_name().unwrap_or_default().to_string_lossy()));
    (1..).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(0))
}

/// The file as it is committed; none without git.
fn committed(root: &Path, step: &Step) -> Option<String> {
    let object = format!("HEAD:./{}", step.shown_file());
    let shown = Command::new("git").current_dir(root).args(["show", &object]).output().ok()?;
    shown.status.success().then(|| String::from_utf8(shown.stdout).ok()).flatten()
}
