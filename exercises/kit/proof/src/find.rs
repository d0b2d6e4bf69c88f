//! Which tests there are: cargo builds the solutions and says where their test binaries lie, and each binary lists its tests.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// One test of one solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What a person calls it: `06_offsets/02_twice corpus wrong::commits_first`.
    pub name: String,
    /// Whether it is run only when asked for, with `--ignored`.
    pub is_ignored: bool,
    pub(crate) binary: PathBuf,
    /// Cargo runs a test in the folder of its crate.
    pub(crate) folder: PathBuf,
    /// Its name within the binary.
    pub(crate) test: String,
}

/// Builds the solutions with their tests, and lists the tests. What cargo says goes to stderr as it comes.
///
/// # Errors
/// They do not build, or a binary cannot be started.
pub fn found() -> Result<Vec<Found>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["test", "--no-run", "--package", "*_solution", "--message-format", "json-render-diagnostics"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    ensure!(built.status.success(), "the solutions do not build; cargo's words are above");
    let mut tests = Vec::new();
    for (folder, binary) in binaries(&String::from_utf8_lossy(&built.stdout)) {
        let ignored = list(&binary, &["--ignored"])?;
        for test in list(&binary, &[])? {
            let name = format!("{} {} {test}", step(&folder), stem(&binary));
            let is_ignored = ignored.contains(&test);
            tests.push(Found { name, is_ignored, binary: binary.clone(), folder: folder.clone(), test });
        }
    }
    tests.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tests)
}

/// Each test binary that cargo has built, with the folder of its crate.
fn binaries(messages: &str) -> Vec<(PathBuf, PathBuf)> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of_test = messages.filter(|message| message["reason"] == "compiler-artifact" && message["profile"]["test"] == true);
    let place = |message: Value| {
        let manifest = Path::new(message["manifest_path"].as_str()?);
        Some((manifest.parent()?.to_owned(), PathBuf::from(message["executable"].as_str()?)))
    };
    of_test.filter_map(place).collect()
}

/// The names of a binary's tests; with `--ignored`, of those that are run only when asked for.
fn list(binary: &Path, which: &[&str]) -> Result<Vec<String>> {
    let listed = Command::new(binary).args(["--list", "--format", "terse"]).args(which).output();
    let listed = listed.with_context(|| format!("{} cannot be started", binary.display()))?;
    let lines = String::from_utf8_lossy(&listed.stdout);
    Ok(lines.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
}

/// `NN_chapter/MM_step`, the last two parts of a solution's folder.
fn step(folder: &Path) -> String {
    let parts: Vec<_> = folder.iter().rev().take(2).map(|part| part.to_string_lossy()).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

/// A binary's name without the hash that cargo appends: `corpus-6e43eaa5c63368a0` is `corpus`.
fn stem(binary: &Path) -> String {
    let name = binary.file_stem().unwrap_or_default().to_string_lossy();
    name.rsplit_once('-').map_or(name.as_ref(), |(stem, _)| stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_test_binaries_are_taken() {
        let messages = r#"{"reason":"compiler-artifact","manifest_path":"/w/solutions/06_offsets/02_twice/Cargo.toml","profile":{"test":true},"executable":"/t/deps/corpus-6e43"}
{"reason":"compiler-artifact","manifest_path":"/w/solutions/06_offsets/02_twice/Cargo.toml","profile":{"test":false},"executable":null}
{"reason":"build-finished","success":true}"#;
        let expected = (PathBuf::from("/w/solutions/06_offsets/02_twice"), PathBuf::from("/t/deps/corpus-6e43"));
        assert_eq!(binaries(messages), [expected]);
    }

    #[test]
    fn names_are_those_that_people_use() {
        assert_eq!(step(Path::new("/w/solutions/06_offsets/02_twice")), "06_offsets/02_twice");
        assert_eq!(stem(Path::new("/t/deps/corpus-6e43eaa5c63368a0")), "corpus");
        assert_eq!(stem(Path::new("/t/deps/facts-6e43.exe")), "facts");
    }
}
