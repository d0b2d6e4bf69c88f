//! `completion`: the script that makes a shell complete commands. It is for a `workbook` on the path; cargo completes no aliases.

use clap_complete::Shell;

use crate::cli::{self, Look};

pub(super) fn run(shell: Shell, look: Look) -> u8 {
    let mut command = cli::command(look.language).bin_name("workbook").name("workbook");
    clap_complete::generate(shell, &mut command, "workbook", &mut std::io::stdout());
    0
}
