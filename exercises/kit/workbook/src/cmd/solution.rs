//! `solution`: shows what to compare one's answer with.

use serde_json::json;
use verdict::say;

use crate::{fail::Result, here::Here, solution};

pub(super) fn run(here: &Here, name: Option<&str>, force: bool) -> Result<u8> {
    let step = here.step(name)?;
    let (file, text) = solution::of(here, step, force)?;
    let compare = format!("git diff --no-index {} {file}", step.shown_file());
    let tail = here.look.say(say!("compare it with yours: {compare}", "내 답과 비교하기: {compare}"));
    here.print(&json!({ "id": step.id, "file": file, "text": text }), &format!("// {file}\n{text}\n// {tail}\n"))?;
    Ok(0)
}
