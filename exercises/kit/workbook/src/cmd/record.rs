//! `record`: runs solutions on a real broker and keeps what they said as the book's recordings. What only a figure needs is run by the
//! tests of a solution's `tests/book.rs`, where there is one: test `NAME` makes the recording `ID.NAME`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use verdict::{Place, agreed::RECORD, say};

use crate::{
    cargo,
    catalogue::Step,
    fail::{Failure, Result},
    foreground,
    here::Here,
};

/// The test of a solution's package that judges the solution itself: the exercise's own grader, as a module of the corpus.
const REFERENCE: &str = "grade::grade";

pub(super) async fn run(here: &Here, names: &[String]) -> Result<u8> {
    for name in names {
        let step = here.step(Some(name))?;
        // What an earlier run left must not be taken for this one's.
        for (stale, _) in recordings(here, step) {
            fs::remove_file(stale)?;
        }
        let mut code = solution(here, step, &["--test", "corpus", "--", "--exact", REFERENCE]).await?;
        let has_own = here.workbook.root.join(format!("solutions/{}/tests/book.rs", step.id)).exists();
        if code == 0 && has_own {
            code = solution(here, step, &["--test", "book"]).await?;
        }
        if code != 0 {
            return Ok(code);
        }
        let found = recordings(here, step);
        if found.is_empty() {
            return Err(none_left(step));
        }
        for (from, to) in found {
            fs::create_dir_all(to.parent().unwrap_or(&here.workbook.root))?;
            fs::write(&to, fs::read_to_string(&from)?)?;
            let shown = to.strip_prefix(&here.workbook.root).unwrap_or(&to).display().to_string();
            here.print(&serde_json::json!({ "id": step.id, "recording": shown }), &format!("{shown}\n"))?;
        }
    }
    Ok(0)
}

/// Runs these tests of the solution on the container; skips are failures there.
async fn solution(here: &Here, step: &Step, tests: &[&str]) -> Result<u8> {
    let id = &step.id;
    let Some(package) = &step.solution else {
        return Err(Failure::not_right(
            say!("{id} has no solution to record.", "{id}에는 기록할 모범 답안이 없다."),
            say!("Write solutions/{id}.", "solutions/{id}를 작성한다."),
        ));
    };
    let mut command = cargo::command(&here.workbook.root);
    command.args(["test", "--quiet", "--package", package]).args(tests);
    command.env("CARGO_TARGET_DIR", &here.workbook.target).env("WORKBOOK_BROKER", "container");
    command.env(RECORD, "1");
    foreground::run(command).await
}

/// `trace.jsonl` → `book/recordings/ID.jsonl`, `trace.NAME.jsonl` → `book/recordings/ID.NAME.jsonl`; the `trace.jsonl` of the book's own
/// test NAME → `book/recordings/ID.NAME.jsonl`.
fn recordings(here: &Here, step: &Step) -> Vec<(PathBuf, PathBuf)> {
    let trace = Place::of(&here.workbook.target, &format!("solutions/{}", step.id)).trace_file();
    let folder = trace.parent().unwrap_or(Path::new("."));
    let to = here.workbook.root.join("book/recordings");
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let pair = |file: PathBuf| {
        let name = file.file_name()?.to_str()?.strip_prefix("trace")?.strip_suffix("jsonl")?.to_owned();
        Some((file, to.join(format!("{}{name}jsonl", step.id))))
    };
    let own = fs::read_dir(here.workbook.target.join("workbook/recordings")).into_iter().flatten().filter_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        let file = Place::of(&here.workbook.target, &format!("recordings/{name}/{}", step.id)).trace_file();
        file.exists().then(|| (file, to.join(format!("{}.{name}.jsonl", step.id))))
    });
    files.filter_map(pair).chain(own).collect()
}

fn none_left(step: &Step) -> Failure {
    let id = &step.id;
    Failure::not_right(
        say!("The solution of {id} left no recording.", "{id}의 모범 답안이 기록을 남기지 않았다."),
        say!(
            "Look at what its test printed: is there a test `{REFERENCE}`?",
            "테스트가 출력한 내용을 확인한다. `{REFERENCE}` 테스트가 있는가?"
        ),
    )
}
