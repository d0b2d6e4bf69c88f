//! A fact of the register names the test that fails when it stops being true; the test has to be there.

use std::{fs, path::Path};

use super::Finding;

const FILE: &str = "book/facts.toml";

pub(super) fn check(root: &Path) -> Vec<Finding> {
    let register = fs::read_to_string(root.join(FILE)).map_err(|error| error.to_string());
    let register = register.and_then(|text| figures::facts::read(&text).map_err(|error| error.to_string()));
    let register = match register {
        Ok(register) => register,
        Err(error) => return vec![Finding::new(FILE, error)],
    };
    let mut findings = Vec::new();
    for (number, fact) in &register {
        if !is_there(root, &fact.test) {
            findings.push(Finding::new(FILE, format!("{number}: there is no test {}", fact.test)));
        }
        if !root.join("book/src").join(format!("{}.md", fact.step)).is_file() {
            findings.push(Finding::new(FILE, format!("{number}: there is no page {}", fact.step)));
        }
    }
    findings
}

/// Whether a package of the first part's name has a Rust file below it that names the last part.
fn is_there(root: &Path, test: &str) -> bool {
    let (Some(package), Some(name)) = (test.split("::").next(), test.rsplit("::").next()) else { return false };
    let named = format!("name = \"{package}\"");
    let of_package = |manifest: &Path| fs::read_to_string(manifest).is_ok_and(|text| text.contains(&named));
    let shelves = ["exercises/kit", "exercises", "solutions"];
    let packages = shelves.iter().flat_map(|shelf| packages(&root.join(shelf)));
    packages.filter(|folder| of_package(&folder.join("Cargo.toml"))).any(|folder| names(&folder, name))
}

/// The folders with a `Cargo.toml` up to two below `folder`.
fn packages(folder: &Path) -> Vec<std::path::PathBuf> {
    let below =
        |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect::<Vec<_>>();
    let folders = below(folder).into_iter().flat_map(|path| below(&path).into_iter().chain([path]));
    folders.filter(|path| path.join("Cargo.toml").is_file()).collect()
}

fn names(folder: &Path, name: &str) -> bool {
    let is_word = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let path = entry.path();
        match path.extension() {
            Some(extension) if extension == "rs" => fs::read_to_string(&path).is_ok_and(|text| is_word(&text)),
            _ => path.is_dir() && names(&path, name),
        }
    })
}
