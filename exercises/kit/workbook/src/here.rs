//! Where a command or the session works: the workbook around this folder, what is kept of the learner, and which step is meant.

use std::path::PathBuf;

use verdict::say;

use crate::{
    catalogue::{Step, Workbook},
    cli::Look,
    fail::{Failure, Result},
    keep::Keep,
    out,
    progress::{Progress, State},
    select, starter,
};

/// Where a command works: the workbook, what is kept of the learner, how to speak, and the folder in which it was typed.
pub(crate) struct Here {
    pub(crate) workbook: Workbook,
    pub(crate) keep: Keep,
    pub(crate) look: Look,
    pub(crate) folder: PathBuf,
}

impl Here {
    /// The workbook around this process' folder.
    ///
    /// # Errors
    /// There is none, or nothing can be kept of the learner.
    pub(crate) fn find(look: Look) -> Result<Self> {
        let folder = std::env::current_dir()?;
        let workbook = Workbook::around(&folder)?;
        let keep = Keep::open(&workbook.root)?;
        if let Some(elsewhere) = keep.elsewhere().filter(|_| !look.json) {
            let elsewhere = elsewhere.display();
            let notice = say!(
                "The workbook's folder may not be written: your progress is kept in {elsewhere}.",
                "워크북 폴더에 쓸 수 없어 진행 상태를 {elsewhere}에 보관한다."
            );
            eprintln!("{}", look.say(notice));
        }
        starter::keep_all(&workbook, &keep)?;
        Ok(Self { workbook, keep, look, folder })
    }

    /// The step of that name; without a name, the one whose folder this is.
    pub(crate) fn step(&self, name: Option<&str>) -> Result<&Step> {
        let found = match name {
            Some(name) => return select::step(&self.workbook, name, &self.folder),
            None => select::around(&self.workbook, &self.folder),
        };
        found.ok_or_else(|| {
            Failure::usage(
                say!("Which step? This folder is not inside one.", "어느 단계인지 알 수 없다. 이 폴더는 단계 안에 있지 않다."),
                say!(
                    "Name it, such as 1.2 or sharing; the steps: cargo workbook list",
                    "1.2나 sharing처럼 지정한다. 단계 목록: cargo workbook list"
                ),
            )
        })
    }

    /// The step of that name; without a name, the one whose folder this is, else the first that has not passed.
    pub(crate) fn step_or_next(&self, name: Option<&str>) -> Result<&Step> {
        match name.map_or_else(|| select::around(&self.workbook, &self.folder), |_| None) {
            Some(step) => Ok(step),
            None if name.is_none() => Ok(self.first_open()),
            None => self.step(name),
        }
    }

    /// The first step that has not passed; the first of all where all have.
    pub(crate) fn first_open(&self) -> &Step {
        // The catalogue is never empty: it refuses a workspace without steps.
        self.open_from(0).unwrap_or(&self.workbook.steps[0])
    }

    /// Prints `json` where that was asked for, else `text`.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn print(&self, json: &serde_json::Value, text: &str) -> Result<()> {
        Ok(if self.look.json { out::print(&format!("{json}\n")) } else { out::print(text) }?)
    }

    /// The step to go on with behind the one that passed: the next that has not passed, then one that was left out before; none where all
    /// have.
    pub(crate) fn next_open(&self, passed: &str) -> Option<&Step> {
        let at = self.workbook.steps.iter().position(|step| step.id == passed);
        self.open_from(at.map_or(0, |at| at + 1))
    }

    /// The first step that has not passed, looked for from `at` on and then from the beginning.
    fn open_from(&self, at: usize) -> Option<&Step> {
        let progress = Progress::read(&self.keep);
        let (before, behind) = self.workbook.steps.split_at(at);
        behind.iter().chain(before).find(|step| !matches!(progress.state(step), State::Passed | State::Edited))
    }
}
