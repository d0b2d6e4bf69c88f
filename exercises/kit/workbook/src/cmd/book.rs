//! `book`: the book as files, in both languages, for a web server or a stick.

use std::path::PathBuf;

use serde_json::json;
use verdict::say;

use crate::{book, fail::Result, here::Here};

pub(super) fn run(here: &Here, out: Option<PathBuf>, url: Option<&str>) -> Result<u8> {
    let out = out.map_or_else(|| here.workbook.target.join("workbook/book"), |out| here.folder.join(out));
    book::build_both(&here.workbook.root, &out, &out.join("ko"), url)?;
    let shown = out.display();
    let text = here.look.say(say!("The book is in {shown}", "책을 만들었다: {shown}"));
    here.print(&json!({ "out": out }), &format!("{text}\n"))?;
    Ok(0)
}
