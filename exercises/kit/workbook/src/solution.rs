//! The solution of a step, for who has passed it or insists. Asked for by the command `solution` and by a page.

use std::fs;

use verdict::say;

use crate::{
    catalogue::Step,
    fail::{Failure, Result},
    here::Here,
    progress::{Progress, State},
};

/// The solution of `step`: its file and its text.
///
/// # Errors
/// The step has not passed, and nothing is forced; or the file cannot be read.
pub(crate) fn of(here: &Here, step: &Step, force: bool) -> Result<(String, String)> {
    let (id, short) = (&step.id, step.short());
    let passed = matches!(Progress::read(&here.keep).state(step), State::Passed | State::Edited);
    if !passed && !force {
        return Err(Failure::usage(
            say!("{id} has not passed yet.", "{id} 단계를 아직 통과하지 못했다."),
            say!(
                "A hint helps more: cargo workbook hint {short}\nThe solution all the same: cargo workbook solution {short} --force",
                "힌트가 더 도움이 된다: cargo workbook hint {short}\n그래도 모범 답안을 보려면: cargo workbook solution {short} --force"
            ),
        ));
    }
    let file = format!("solutions/{id}/src/lib.rs");
    let text = fs::read_to_string(here.workbook.root.join(&file)).map_err(|error| {
        Failure::setup(
            "no_solution",
            say!("{file} cannot be read.", "{file} 파일을 읽을 수 없다."),
            say!("Restore it; with git: git checkout -- {file}", "되돌린다. git이 있으면: git checkout -- {file}"),
        )
        .saying(error.to_string())
    })?;
    Ok((file, text))
}
