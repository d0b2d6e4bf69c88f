//! `reset`: puts a step's starter back.

use serde_json::json;
use verdict::say;

use crate::{fail::Result, here::Here, starter};

pub(super) fn run(here: &Here, name: Option<&str>) -> Result<u8> {
    let step = here.step(name)?;
    let file = step.shown_file();
    let saved = starter::put_back(&here.keep, step)?;
    let text = match &saved {
        None => say!("{file} is the starter already.", "{file} 파일은 이미 시작 코드다."),
        Some(backup) => {
            let backup = backup.strip_prefix(&here.workbook.root).unwrap_or(backup).display();
            say!(
                "{file} is the starter again. Your answer is saved in {backup}",
                "{file} 파일을 시작 코드로 되돌렸다. 작성한 답은 {backup}에 있다"
            )
        }
    };
    here.print(&json!({ "id": step.id, "file": file, "backup": saved }), &format!("{}\n", here.look.say(text)))?;
    Ok(0)
}
