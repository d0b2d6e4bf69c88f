//! `completion`: the script that makes a shell complete commands. It is for a `workbook` on the path; cargo completes no aliases.

use clap_complete::Shell;

use crate::{
    cli::{self, Look},
    fail::Result,
    out,
};

pub(super) fn run(shell: Shell, look: Look) -> Result<u8> {
    let mut command = cli::command(look.language).bin_name("workbook").name("workbook");
    // Into memory first: what writes the script gives up with a panic where its reader goes early.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "workbook", &mut script);
    out::print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
