//! `hint`: the next hint of a step, from its page.

use crate::{fail::Result, here::Here, hints};

pub(super) fn run(here: &Here, name: Option<&str>, level: Option<u32>) -> Result<u8> {
    let step = here.step_or_next(name)?;
    let (json, text) = hints::next(here, step, level)?;
    here.print(&json, &text)?;
    Ok(0)
}
