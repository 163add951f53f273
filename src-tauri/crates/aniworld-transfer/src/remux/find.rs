//! Finds ffmpeg among the installed programs, and asks it who it is.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

use crate::TransferError;

/// How long it may take to say its version; a cold disk takes a second.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// How much of its answer is read.
const MAX_ANSWER_BYTES: u64 = 16 << 10;
/// The oldest version that is trusted with `-c copy` and subtitles; Debian 11 has it.
const OLDEST: u32 = 4;

/// An ffmpeg that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ffmpeg {
    path: PathBuf,
    version: String,
}

impl Ffmpeg {
    /// Looks for it in these folders, written as the variable `PATH` is, and asks it for its version.
    /// Once per program is enough. Relative folders are left out: they mean another place tomorrow.
    ///
    /// The error is [`TransferError::FfmpegMissing`] and says why.
    pub async fn find(folders: Option<&OsStr>) -> Result<Self, TransferError> {
        let name = format!("ffmpeg{}", std::env::consts::EXE_SUFFIX);
        let found = std::env::split_paths(folders.unwrap_or_default())
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(&name))
            .find(|path| path.is_file());
        match found {
            Some(path) => Self::at(&path).await,
            None => Err(missing("it is not installed, or in no folder of PATH")),
        }
    }

    /// The one at a path, for users who name one.
    pub async fn at(path: &Path) -> Result<Self, TransferError> {
        let version = match timeout(ANSWERS_WITHIN, first_line(path)).await {
            Ok(Ok(line)) => version(&line),
            Ok(Err(error)) => return Err(missing(&format!("{} does not run: {error}", path.display()))),
            Err(_) => return Err(missing(&format!("{} does not answer", path.display()))),
        };
        let Some(version) = version else {
            return Err(missing(&format!("{} is something else", path.display())));
        };
        if major(&version).is_some_and(|major| major < OLDEST) {
            return Err(missing(&format!(
                "version {version} is too old, {OLDEST} or newer is needed"
            )));
        }
        Ok(Self {
            path: path.to_path_buf(),
            version,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its version as it says it, such as `5.1.9-0+deb12u1`.
    pub fn version(&self) -> &str {
        &self.version
    }
}

fn missing(why: &str) -> TransferError {
    TransferError::FfmpegMissing { why: why.to_owned() }
}

/// A command that no variable of the environment steers: `FFREPORT` would write logs with addresses.
pub(super) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .stdin(Stdio::null())
        .env_remove("FFREPORT")
        .env("AV_LOG_FORCE_NOCOLOR", "1")
        .env("LC_ALL", "C")
        .kill_on_drop(true);
    command
}

async fn first_line(path: &Path) -> std::io::Result<String> {
    let mut child = command(path)
        .arg("-version")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut answer = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(MAX_ANSWER_BYTES).read_to_end(&mut answer).await?;
    }
    child.wait().await?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

fn version(line: &str) -> Option<String> {
    let rest = line.strip_prefix("ffmpeg version ")?;
    rest.split_ascii_whitespace().next().map(str::to_owned)
}

/// Builds from the repository have names such as `N-1234-gabc`, without a number to compare.
fn major(version: &str) -> Option<u32> {
    let version = version.strip_prefix('n').unwrap_or(version);
    version.split(['.', '-']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_releases_and_builds_are_read() {
        for (line, wanted, number) in [
            (
                "ffmpeg version 5.1.9-0+deb12u1 Copyright (c)",
                "5.1.9-0+deb12u1",
                Some(5),
            ),
            ("ffmpeg version n7.1 Copyright", "n7.1", Some(7)),
            ("ffmpeg version N-119-gabc", "N-119-gabc", None),
            (
                "ffmpeg version 2026-01-01-git-abc",
                "2026-01-01-git-abc",
                Some(2026),
            ),
        ] {
            let found = version(line).unwrap();
            assert_eq!((found.as_str(), major(&found)), (wanted, number));
        }
        assert_eq!(version("avconv version 9"), None);
        assert_eq!(version(""), None);
    }
}
