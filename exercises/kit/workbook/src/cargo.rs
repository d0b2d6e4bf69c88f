//! Cargo as a child of this tool. This tool is itself run by cargo, whose variables must not reach the child: they would make it build
//! things anew.

use std::{ffi::OsString, path::Path};

use tokio::process::Command;

/// The cargo that runs this tool, or the one on the path.
pub(crate) fn program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Cargo, to be run in `root`, with the environment that it would have in a shell.
pub(crate) fn command(root: &Path) -> Command {
    let mut command = Command::new(program());
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(set_by_cargo) {
            command.env_remove(name);
        }
    }
    command
}

fn set_by_cargo(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|prefix| name.starts_with(prefix))
        || ["CARGO_PRIMARY_PACKAGE", "OUT_DIR"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::set_by_cargo;

    #[test]
    fn what_cargo_set_is_removed_and_what_the_user_set_stays() {
        assert!(set_by_cargo("CARGO_PKG_NAME") && set_by_cargo("CARGO_MANIFEST_DIR"));
        assert!(!set_by_cargo("CARGO_TARGET_DIR") && !set_by_cargo("CARGO_HOME") && !set_by_cargo("CARGO_BUILD_JOBS"));
    }
}
