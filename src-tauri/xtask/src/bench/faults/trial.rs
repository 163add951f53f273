//! One downloader and one fault: run to its end or cut off, and judged by what lies in the folder.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::downloader::Downloader;
use super::server::Task;
use crate::process::{self, Outcome};

/// The time that a run has.
pub(super) const MOST: Duration = Duration::from_secs(30);
/// How often to look whether a run has ended.
const LOOK: Duration = Duration::from_millis(20);
/// What stands behind the name of a file that says of another one that it is not whole.
const MARKS: [&str; 2] = ["aria2", "st"];

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The right file and success.
    Right,
    /// No success, and this exit code.
    GaveUp(i32),
    /// Success and another file.
    SilentWrong,
    /// Success and no file at all.
    NoFile,
    /// Cut off.
    Hang,
}

/// A run and its traces.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    pub(super) ending: Ending,
    /// Something under the final name that is not whole, and nothing that says so.
    pub(super) partial: bool,
    /// How many requests had `If-Range`.
    pub(super) if_range: u64,
    may_refuse: bool,
}

/// Runs one downloader in an empty folder.
pub(super) fn run(downloader: &Downloader, task: &Task, place: &Path) -> Outcome<Trial> {
    let folder = place.join("out");
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    let mut command = downloader.command(task, &folder);
    // a shell that is cut off must take along what it started
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command
        .current_dir(&folder)
        .env("LC_ALL", "C")
        .env("HOME", &folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{} did not start: {error}", downloader.name))?;
    let status = wait(&mut child).map_err(failed)?;
    let file = folder.join(task.file_name());
    let whole = task.right.iter().any(|right| same(right, &file).unwrap_or(false));
    let something = file.metadata().is_ok_and(|file| file.len() > 0);
    let success = status.is_some_and(|status| status.success());
    let marked = MARKS
        .iter()
        .any(|mark| folder.join(format!("{}.{mark}", task.file_name())).exists());
    Ok(Trial {
        ending: match status {
            None => Ending::Hang,
            Some(_) if success && whole => Ending::Right,
            Some(_) if success && file.exists() => Ending::SilentWrong,
            Some(_) if success => Ending::NoFile,
            Some(status) => Ending::GaveUp(status.code().unwrap_or(-1)),
        },
        partial: !success && !whole && something && !marked,
        if_range: 0,
        may_refuse: task.may_refuse,
    })
}

/// Waits for the end; `None`: it did not come in time.
fn wait(child: &mut Child) -> std::io::Result<Option<ExitStatus>> {
    let begin = Instant::now();
    while begin.elapsed() < MOST {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(LOOK);
    }
    let group = format!("-{}", child.id());
    let killed = process::read(Command::new("kill").args(["-KILL", "--", &group])).is_ok();
    if !killed {
        child.kill()?;
    }
    child.wait()?;
    Ok(None)
}

fn same(one: &Path, other: &Path) -> std::io::Result<bool> {
    let (mut one, mut other) = (fs::File::open(one)?, fs::File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    one.read_to_end(&mut ours)?;
    other.read_to_end(&mut theirs)?;
    Ok(ours == theirs)
}

impl Trial {
    /// Whether that is what should come of it.
    pub(super) fn is_right(&self) -> bool {
        match self.ending {
            Ending::Right => true,
            Ending::GaveUp(_) => self.may_refuse && !self.partial,
            Ending::SilentWrong | Ending::NoFile | Ending::Hang => false,
        }
    }

    pub(super) fn text(&self) -> String {
        let ending = match self.ending {
            Ending::Right => "right".to_owned(),
            Ending::GaveUp(code) => format!("gave up ({code})"),
            Ending::SilentWrong => "**silent wrong**".to_owned(),
            Ending::NoFile => "exit 0, no file".to_owned(),
            Ending::Hang => format!("HANG >{} s", MOST.as_secs()),
        };
        if self.partial {
            ending + " + partial file under the final name"
        } else {
            ending
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Trial};

    fn trial(ending: Ending, partial: bool, may_refuse: bool) -> Trial {
        Trial {
            ending,
            partial,
            if_range: 0,
            may_refuse,
        }
    }

    #[test]
    fn giving_up_is_right_only_where_no_file_can_be_had_and_none_is_left() {
        assert!(trial(Ending::Right, false, false).is_right());
        assert!(trial(Ending::GaveUp(1), false, true).is_right());
        assert!(!trial(Ending::GaveUp(1), false, false).is_right());
        assert!(!trial(Ending::GaveUp(1), true, true).is_right());
        assert!(!trial(Ending::SilentWrong, false, true).is_right());
        assert!(!trial(Ending::Hang, false, true).is_right());
    }
}
