//! The frontend: its packages and its build, by npm.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::process::{self, Outcome};
use crate::project;

/// The oldest Node.js that the frontend's tools take.
const NODE: u32 = 20;

/// npm in the folder of the frontend.
pub(crate) fn npm() -> Command {
    let mut command = Command::new(if std::env::consts::OS == "windows" {
        "npm.cmd"
    } else {
        "npm"
    });
    command.current_dir(project::root().join("ui"));
    command
}

/// Installs the frontend's packages when the lock file is newer than what is installed.
pub(crate) fn install() -> Outcome {
    check_node()?;
    let ui = project::root().join("ui");
    let written = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    let lock = written(&ui.join("package-lock.json"));
    let there = written(&ui.join("node_modules/.package-lock.json"));
    if up_to_date(lock, there) {
        return Ok(());
    }
    process::run(npm().args(["ci", "--no-audit", "--no-fund"]))
}

/// Builds the frontend into `ui/dist`, from where the shell embeds it.
pub(crate) fn build() -> Outcome {
    install()?;
    process::run(npm().args(["run", "build"]))
}

fn up_to_date(lock: Option<SystemTime>, installed: Option<SystemTime>) -> bool {
    matches!((lock, installed), (Some(lock), Some(installed)) if installed >= lock)
}

fn check_node() -> Outcome {
    let version = process::read(Command::new("node").arg("--version")).map_err(|_| {
        format!(
            "Node.js is missing. Install version {NODE} or newer from https://nodejs.org and run this again."
        )
    })?;
    match major(&version) {
        Some(found) if found < NODE => Err(format!(
            "Node.js {} is too old: the frontend needs version {NODE} or newer (https://nodejs.org).",
            version.trim()
        )),
        _ => Ok(()),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{major, up_to_date};

    #[test]
    fn packages_are_installed_when_the_lock_is_newer_or_nothing_is_there() {
        let now = SystemTime::now();
        let earlier = now - Duration::from_mins(1);
        assert!(up_to_date(Some(earlier), Some(now)));
        assert!(!up_to_date(Some(now), Some(earlier)));
        assert!(!up_to_date(Some(now), None));
    }

    #[test]
    fn reads_the_version_of_node() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("something else"), None);
    }
}
