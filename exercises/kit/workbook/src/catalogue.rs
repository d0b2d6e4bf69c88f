//! The steps of the workbook, read from `cargo metadata`: a step is a package below `exercises` with `[package.metadata.workbook]`.
//! There is no list to keep; order is the numbers of the folders.

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package};
use serde::{Deserialize, Serialize};
use verdict::{Place, say};

use crate::{
    cargo,
    fail::{Failure, Result},
};

/// The workbook: where it is, and its steps in order.
#[derive(Clone, Debug)]
pub(crate) struct Workbook {
    /// The folder of the workspace.
    pub(crate) root: PathBuf,
    /// Cargo's target directory.
    pub(crate) target: PathBuf,
    /// The steps in order.
    pub(crate) steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// `NN_chapter/MM_step`, the path that page, exercise, solution and recording share.
    pub(crate) id: String,
    /// The exercise's package.
    pub(crate) package: String,
    /// The exercise's folder.
    pub(crate) dir: PathBuf,
    /// The solution's package, where there is one.
    pub(crate) solution: Option<String>,
    /// What the exercise's `Cargo.toml` says of it.
    pub(crate) facts: Facts,
}

/// `[package.metadata.workbook]` of an exercise.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Facts {
    /// How long it takes, in minutes.
    pub(crate) minutes: u32,
    /// Which broker it needs.
    pub(crate) needs: Needs,
    /// The concepts that it is about.
    pub(crate) concepts: Vec<String>,
    /// Topics for `run`, as `NAME:PARTITIONS:RECORDS`.
    pub(crate) topics: Vec<String>,
}

/// Which broker a step needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Needs {
    /// The embedded one will do.
    #[default]
    Any,
    /// A real one.
    Broker,
}

impl Workbook {
    /// The workbook around `folder`.
    ///
    /// # Errors
    /// There is none, or a `Cargo.toml` is broken.
    pub(crate) fn around(folder: &Path) -> Result<Self> {
        let mut command = MetadataCommand::new();
        command.current_dir(folder).no_deps().cargo_path(cargo::program());
        let metadata = command.exec().map_err(|error| match error {
            cargo_metadata::Error::CargoMetadata { stderr } => unreadable(&stderr),
            error => Failure::from(anyhow::Error::from(error)),
        })?;
        Self::of(&metadata)
    }

    fn of(metadata: &Metadata) -> Result<Self> {
        let root = metadata.workspace_root.clone().into_std_path_buf();
        let mut steps = Vec::new();
        for package in &metadata.packages {
            if let Some(step) = Step::of(package, &root, &metadata.packages)? {
                steps.push(step);
            }
        }
        if steps.is_empty() {
            return Err(no_workbook().saying(root.display().to_string()));
        }
        steps.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Self { root, target: metadata.target_directory.clone().into_std_path_buf(), steps })
    }

    /// The step after `step`, if it is not the last.
    pub(crate) fn after(&self, step: &Step) -> Option<&Step> {
        self.steps.iter().find(|other| other.id > step.id)
    }

    /// The step of that id.
    pub(crate) fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

impl Step {
    fn of(package: &Package, root: &Path, all: &[Package]) -> Result<Option<Self>> {
        let Some(facts) = package.metadata.get("workbook") else { return Ok(None) };
        let dir = package.manifest_path.parent().map(|dir| dir.as_std_path().to_owned()).unwrap_or_default();
        let Ok(path) = dir.strip_prefix(root.join("exercises")) else { return Ok(None) };
        let id = path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        let facts = Facts::deserialize(facts).map_err(|error| {
            let manifest = format!("exercises/{id}/Cargo.toml");
            Failure::setup(
                "manifest",
                say!(
                    "[package.metadata.workbook] in {manifest} cannot be read.",
                    "{manifest}의 [package.metadata.workbook]을 읽을 수 없다."
                ),
                say!(
                    "Known keys: minutes, needs (any or broker), concepts, topics.",
                    "쓸 수 있는 키: minutes, needs(any 또는 broker), concepts, topics."
                ),
            )
            .saying(error.to_string())
        })?;
        let of_solution = root.join("solutions").join(path).join("Cargo.toml");
        let solution = all.iter().find(|other| other.manifest_path == of_solution).map(|other| other.name.to_string());
        Ok(Some(Self { id, package: package.name.to_string(), dir, solution, facts }))
    }

    /// The file that the learner edits.
    pub(crate) fn file(&self) -> PathBuf {
        self.dir.join("src").join("lib.rs")
    }

    /// The file that the learner edits, from the workbook's folder and with `/`, as shown to people.
    pub(crate) fn shown_file(&self) -> String {
        format!("exercises/{}/src/lib.rs", self.id)
    }

    /// The files of the learner's last run.
    pub(crate) fn place(&self, target: &Path) -> Place {
        Place::of(target, &self.id)
    }

    /// Chapter and step as numbers, `(1, 2)` for `01_groups/02_sharing`.
    pub(crate) fn numbers(&self) -> Option<(u32, u32)> {
        let number = |part: &str| part.split('_').next()?.parse().ok();
        let (chapter, step) = self.id.split_once('/')?;
        Some((number(chapter)?, number(step)?))
    }

    /// `1.2`; the id where the folders have no numbers.
    pub(crate) fn short(&self) -> String {
        self.numbers().map_or_else(|| self.id.clone(), |(chapter, step)| format!("{chapter}.{step}"))
    }
}

fn unreadable(stderr: &str) -> Failure {
    if stderr.contains("could not find `Cargo.toml`") {
        return no_workbook();
    }
    Failure::setup(
        "manifest",
        say!("Cargo cannot read one of the workbook's Cargo.toml files.", "cargo가 워크북의 Cargo.toml을 읽지 못한다."),
        say!(
            "Mend the file that cargo names, or restore it; with git: git checkout -- FILE",
            "cargo가 가리키는 파일을 고치거나 되돌린다. git이 있으면: git checkout -- FILE"
        ),
    )
    .saying(stderr.trim())
}

fn no_workbook() -> Failure {
    Failure::usage(
        say!("This folder is not part of a workbook.", "이 폴더는 워크북 안에 있지 않다."),
        say!(
            "Change to the workbook's folder first: the one that holds exercises/ and book/.",
            "먼저 exercises/와 book/이 있는 워크북 폴더로 이동한다."
        ),
    )
}
