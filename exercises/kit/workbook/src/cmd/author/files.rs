//! The files of a step: exercise, solution, wrong and right answers, page, recording, all under the same name.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::Finding;
use crate::catalogue::{Step, Workbook};

/// A step has at least so many wrong answers, and one other right answer.
const WRONG_ANSWERS: usize = 4;

pub(super) fn check(workbook: &Workbook) -> Vec<Finding> {
    let steps = workbook.steps.iter().flat_map(|step| of_step(&workbook.root, step));
    steps.chain(strays(workbook)).collect()
}

fn of_step(root: &Path, step: &Step) -> Vec<Finding> {
    let id = &step.id;
    let mut findings = Vec::new();
    let mut wrong = |place: String, what: &str| findings.push(Finding::new(place, what));
    let name = id.rsplit('/').next().and_then(|last| last.split_once('_')).map_or("", |(_, name)| name);
    if step.numbers().is_none() || id.matches('/').count() != 1 {
        wrong(format!("exercises/{id}"), "is not NN_chapter/MM_step");
    }
    if step.package != name {
        wrong(format!("exercises/{id}/Cargo.toml"), &format!("the package is called {}; call it {name}", step.package));
    }
    if step.facts.minutes == 0 {
        wrong(format!("exercises/{id}/Cargo.toml"), "says nothing of minutes in [package.metadata.workbook]");
    }
    match &step.solution {
        None => wrong(format!("solutions/{id}/Cargo.toml"), "there is no solution"),
        Some(solution) if *solution != format!("{name}_solution") => {
            wrong(format!("solutions/{id}/Cargo.toml"), &format!("the package is called {solution}; call it {name}_solution"));
        }
        Some(_) => {}
    }
    let needed = [
        format!("exercises/{id}/src/lib.rs"),
        format!("exercises/{id}/src/main.rs"),
        format!("exercises/{id}/tests/grade.rs"),
        format!("solutions/{id}/src/lib.rs"),
        format!("solutions/{id}/tests/corpus.rs"),
        format!("book/src/{id}.md"),
        format!("book/recordings/{id}.jsonl"),
    ];
    for file in needed.into_iter().filter(|file| !root.join(file).is_file()) {
        wrong(file, "is missing");
    }
    let solution = format!("solutions/{id}");
    let text = |file: String| fs::read_to_string(root.join(file)).unwrap_or_default();
    if text(format!("exercises/{id}/src/lib.rs")) == text(format!("{solution}/src/lib.rs")) {
        wrong(format!("exercises/{id}/src/lib.rs"), "is the solution; it has to be the starter");
    }
    let answers = rust_files(&root.join(&solution).join("wrong"));
    if answers.len() < WRONG_ANSWERS {
        wrong(format!("{solution}/wrong"), &format!("has {} answers; {WRONG_ANSWERS} are the least", answers.len()));
    }
    if rust_files(&root.join(&solution).join("right")).is_empty() {
        wrong(format!("{solution}/right"), "has no other right answer");
    }
    for answer in answers {
        let snapshot = format!("{solution}/tests/snapshots/corpus__{answer}.snap");
        if !root.join(&snapshot).is_file() {
            wrong(snapshot, "is missing: run the corpus, read the diagnosis, keep it");
        }
    }
    for stale in files(&root.join(&solution).join("tests/snapshots"), "snap.new") {
        wrong(format!("{solution}/tests/snapshots/{stale}"), "is not reviewed");
    }
    findings
}

/// Pages and recordings that no exercise has, and pages that the summary does not name.
fn strays(workbook: &Workbook) -> Vec<Finding> {
    let root = &workbook.root;
    let summary = fs::read_to_string(root.join("book/src/SUMMARY.md")).unwrap_or_default();
    let mut findings = Vec::new();
    for step in &workbook.steps {
        if !summary.contains(&format!("({}.md)", step.id)) {
            findings.push(Finding::new("book/src/SUMMARY.md", format!("does not name {}.md", step.id)));
        }
    }
    for (shelf, extension) in [("book/src", "md"), ("book/recordings", "jsonl")] {
        for chapter in numbered(&root.join(shelf)) {
            for file in files(&root.join(shelf).join(&chapter), extension) {
                let step = format!("{chapter}/{}", file.split('.').next().unwrap_or_default());
                let numbered = file.starts_with(|c: char| c.is_ascii_digit());
                if numbered && workbook.step(&step).is_none() {
                    findings.push(Finding::new(format!("{shelf}/{chapter}/{file}"), "belongs to no exercise"));
                }
            }
        }
    }
    findings
}

/// The stems of the Rust files in a folder, sorted.
fn rust_files(folder: &Path) -> Vec<String> {
    files(folder, "rs").into_iter().map(|name| name.trim_end_matches(".rs").to_owned()).collect()
}

/// The names in a folder that end with `.extension`, sorted; nothing where there is no folder.
fn files(folder: &Path, extension: &str) -> Vec<String> {
    let end = format!(".{extension}");
    let mut names: Vec<String> = names(folder).into_iter().filter(|name| name.ends_with(&end)).collect();
    names.sort();
    names
}

fn numbered(folder: &Path) -> Vec<String> {
    names(folder).into_iter().filter(|name| name.starts_with(|c: char| c.is_ascii_digit())).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let name = |path: PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| name(entry.ok()?.path())).collect()
}
