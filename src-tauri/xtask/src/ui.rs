//! The frontend: its packages and its build, by npm.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::process::{self, Outcome};
use crate::project;

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

/// The same where a source is newer than what was built: a new `ui/dist` makes cargo link the shell again.
pub(crate) fn build_if_older() -> Outcome {
    let ui = project::root().join("ui");
    let built = newest(&ui.join("dist"));
    let sources =
        ["src", "index.html", "package-lock.json", "vite.config.ts"].map(|part| newest(&ui.join(part)));
    if built.is_some() && sources.iter().all(|source| *source < built) {
        return Ok(());
    }
    build()
}

/// When the newest file at or below a path was written.
fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = path.read_dir() else {
        return path.metadata().and_then(|metadata| metadata.modified()).ok();
    };
    entries.flatten().filter_map(|entry| newest(&entry.path())).max()
}

fn up_to_date(lock: Option<SystemTime>, installed: Option<SystemTime>) -> bool {
    matches!((lock, installed), (Some(lock), Some(installed)) if installed >= lock)
}

fn check_node() -> Outcome {
    let version = process::read(Command::new("node").arg("--version")).map_err(|_| {
        "Node.js is missing. Install version 24 or newer from https://nodejs.org and run this again."
            .to_owned()
    })?;
    match read(&version) {
        Some(found) if !is_new_enough(found) => Err(format!(
            "Node.js {} does not fit: the frontend needs version 20.19, 22.12 or 24 and newer (https://nodejs.org).",
            version.trim()
        )),
        _ => Ok(()),
    }
}

/// What `engines` in `package.json` says.
fn is_new_enough((major, minor): (u32, u32)) -> bool {
    match major {
        20 => minor >= 19,
        22 => minor >= 12,
        major => major >= 24,
    }
}

fn read(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{is_new_enough, read, up_to_date};

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
        assert_eq!(read("v20.20.2\n"), Some((20, 20)));
        assert_eq!(read("something else"), None);
        let fits = [
            "v20.18.1", "v20.19.0", "v21.7.3", "v22.12.0", "v23.1.0", "v24.0.0",
        ];
        let fits = fits.map(|version| read(version).is_some_and(is_new_enough));
        assert_eq!(fits, [false, true, false, true, false, true]);
    }
}
