//! yt-dlp in an environment of its own below `target`, so that nothing of the system is touched.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, Outcome};
use crate::project;

/// Pinned, so that two runs compare with the same program.
const VERSION: &str = "2026.10.26";

/// Where the program is, once [`ensure`] has been called.
pub(super) fn program() -> PathBuf {
    project::target_dir().join("peers").join("bin").join("yt-dlp")
}

/// Installs it where it is missing or of another version.
pub(super) fn ensure() -> Outcome<PathBuf> {
    let program = program();
    let found = process::read(Command::new(&program).arg("--version")).unwrap_or_default();
    if found.trim() != VERSION {
        let folder = project::target_dir().join("peers");
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        process::run(
            Command::new(folder.join("bin").join("pip"))
                .args(["install", "--quiet", "--disable-pip-version-check"])
                .arg(format!("yt-dlp=={VERSION}")),
        )?;
    }
    Ok(program)
}
