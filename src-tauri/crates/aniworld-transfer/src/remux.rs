//! Puts the tracks of a stream into one file with ffmpeg, an external program that may be missing.
//!
//! ffmpeg reads local files and writes one local file: it never gets an address of the web, never a shell,
//! and only the containers that a stream is made of. Must not know how the tracks came, and publishes nothing.

mod arguments;
mod find;
mod need;
mod probe;
mod run;
mod words;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use self::find::Ffmpeg;
pub(crate) use self::need::may_be_found;
pub use self::need::{WhyFfmpeg, needs_ffmpeg};
use self::run::{Done, Run};
use crate::part::{disk_error, part_path};
use crate::stream::TrackKind;
use crate::{Control, TransferError};

/// So much less may always play: the last pictures and the last sound end at different times.
const LEAST_ALLOWED: Duration = Duration::from_secs(1);

/// One track as a local file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemuxInput {
    /// The file.
    pub path: PathBuf,
    /// What it holds. [`TrackKind::Video`] may bring sound along.
    pub kind: TrackKind,
    /// Its language as a playlist writes it.
    pub language: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
    /// Added to all its times, in microseconds. Picture and sound need none where one clock made them both.
    /// Times of subtitles count from the first picture. What comes out begins at zero all the same.
    pub offset_us: i64,
}

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Remux<'a> {
    /// At least one; the picture first, where there is one.
    pub inputs: &'a [RemuxInput],
    /// The final file. Its ending says what it becomes; see [`OutputKind::of`].
    pub target: &'a Path,
    /// How long it plays, where that is known: what progress is a fraction of.
    pub duration: Option<Duration>,
    /// How much less it may play than that, because the playlist rounds the durations of its pieces.
    pub rounding: Duration,
}

/// What a remux becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    /// `.mp4`, `.m4v`, `.m4a`, `.mov`.
    Mp4,
    /// `.mkv`, `.mka`.
    Matroska,
    /// `.webm`.
    WebM,
    /// `.ts`.
    MpegTs,
}

impl OutputKind {
    /// By the ending of the target; `None` for an ending that nothing is made for.
    pub fn of(target: &Path) -> Option<Self> {
        let ending = target.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "mp4" | "m4v" | "m4a" | "mov" => Some(Self::Mp4),
            "mkv" | "mka" => Some(Self::Matroska),
            "webm" => Some(Self::WebM),
            "ts" => Some(Self::MpegTs),
            _ => None,
        }
    }

    /// The same, with words for an ending that nothing is made for.
    pub(crate) fn wanted(target: &Path) -> Result<Self, TransferError> {
        Self::of(target).ok_or_else(|| TransferError::Remux {
            detail: "the ending of the file is none of .mp4, .mkv, .webm and .ts".to_owned(),
        })
    }
}

/// Where the bytes of `target` are while ffmpeg writes them: `.<name>.remux` beside it.
pub fn remux_path(target: &Path) -> PathBuf {
    part_path(target).with_extension("remux")
}

/// A remuxed file that is still hidden. Dropping it leaves it there: publish it, or remove it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remuxed {
    /// Where it is, see [`remux_path`].
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// How much of it plays, as ffmpeg counted.
    pub played: Duration,
}

/// Makes one file of the inputs. `progress` hears fractions from 0 to 1, which never go back.
///
/// Its failures, and being stopped or dropped, leave no file behind. What it made is not checked yet: the
/// caller looks at the container before it publishes.
///
/// Errors: [`TransferError::Remux`] with ffmpeg's own last words, [`TransferError::DiskFull`] and its
/// siblings, and the three of [`Control`].
pub async fn remux(
    ffmpeg: &Ffmpeg,
    remux: &Remux<'_>,
    control: &Control,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Remuxed, TransferError> {
    let kind = OutputKind::wanted(remux.target)?;
    let hidden = Hidden::new(remux.target)?;
    let looks = probe::look(ffmpeg, remux.inputs, control).await?;
    let shifts = probe::shifts(remux.inputs, &looks);
    let run = Run {
        program: ffmpeg.path(),
        arguments: arguments::of(remux.inputs, kind, &shifts, &hidden.path),
        target: remux.target,
    };
    let done = run.finish(remux.duration, control, progress).await?;
    let size = |path: &Path| std::fs::metadata(path).map(|data| data.len());
    let bytes = size(&hidden.path).map_err(|error| disk_error(remux.target, &error))?;
    let whole = Whole {
        picture: looks.iter().any(|look| look.picture),
        bytes: remux
            .inputs
            .iter()
            .filter_map(|input| size(&input.path).ok())
            .sum(),
        duration: remux.duration.unwrap_or_default(),
        rounding: remux.rounding,
    };
    if let Some(detail) = whole.missing_in(&done, bytes) {
        return Err(TransferError::Remux { detail });
    }
    Ok(Remuxed {
        path: hidden.keep(),
        bytes,
        played: done.played,
    })
}

/// What has to come out. ffmpeg drops what it cannot read, a whole picture too, and still ends well.
#[derive(Debug)]
struct Whole {
    picture: bool,
    bytes: u64,
    duration: Duration,
    rounding: Duration,
}

impl Whole {
    /// What is missing, in words.
    fn missing_in(&self, done: &Done, bytes: u64) -> Option<String> {
        let allowed = self.rounding.max(LEAST_ALLOWED);
        if done.played + allowed < self.duration {
            let (played, whole) = (done.played.as_secs(), self.duration.as_secs());
            return Some(format!("only {played} of {whole} seconds play"));
        }
        if self.picture && done.frames == 0 {
            return Some("ffmpeg cannot read the picture".to_owned());
        }
        // packets and fragments cost a tenth, of quiet sound a third
        (bytes < self.bytes / 2).then(|| format!("only {bytes} of {} bytes came out", self.bytes))
    }
}

/// The file that ffmpeg writes; removed unless it is kept.
#[derive(Debug)]
struct Hidden {
    path: PathBuf,
    kept: bool,
}

impl Hidden {
    /// Removes what an earlier run may have left.
    fn new(target: &Path) -> Result<Self, TransferError> {
        let path = remux_path(target);
        // ffmpeg says "no such file" of inputs and outputs alike
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(disk_error(target, &std::io::ErrorKind::NotFound.into()));
        }
        match std::fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(disk_error(target, &error)),
        }
        Ok(Self { path, kept: false })
    }

    fn keep(mut self) -> PathBuf {
        self.kept = true;
        self.path.clone()
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if !self.kept {
            // it may never have been made
            let _removed = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_playlist_rounds_may_be_missing_and_no_more() {
        let missing = |played: u64, rounding: u64| {
            let whole = Whole {
                picture: true,
                bytes: 1_000,
                duration: Duration::from_secs(1_400),
                rounding: Duration::from_secs(rounding),
            };
            let done = Done {
                played: Duration::from_secs(played),
                frames: 1,
            };
            whole.missing_in(&done, 1_000).is_some()
        };
        // 350 pieces of "4" seconds that are 3.5 seconds long
        assert!(!missing(1_225, 175) && missing(1_224, 175));
        // times to the millisecond: a lost minute is one
        assert!(!missing(1_399, 0) && missing(1_340, 0));
    }
}
