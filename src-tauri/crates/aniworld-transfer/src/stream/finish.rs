//! Makes one file of the tracks that are whole, and gives it its name.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use super::clock::ticks_behind;
use super::job::{StreamJob, StreamKind};
use super::line::Line;
use super::webvtt::Merger;
use super::{Container, PieceRole, StreamPlan, StreamRefusal, Track, TrackKind};
use crate::check::{CheckError, check};
use crate::disk::DiskFile;
use crate::fetch::job::blocking;
use crate::part::{disk_error, folder_of, manifest_path};
use crate::remux::{Ffmpeg, Remux, RemuxInput, needs_ffmpeg, remux};
use crate::{TransferError, TransferEvent, TransferPhase};

/// Subtitles are put together in memory.
const MAX_SUBTITLE_BYTES: u64 = 32 << 20;
/// So much may a duration lose or gain that is written in whole seconds.
const MOST_ROUNDED: Duration = Duration::from_millis(500);

/// Publishes the file; its size. `ffmpeg` is the one that was found when the plan needed one.
pub(super) async fn finish(
    job: &StreamJob<'_>,
    lines: &mut Vec<Line>,
    kind: StreamKind,
    ffmpeg: Option<Ffmpeg>,
) -> Result<u64, TransferError> {
    let target = &job.request.target;
    let made = match needs_ffmpeg(&as_found(lines), target) {
        None if !lines[0].is_one_file() && lines[0].container() != Container::WebVtt => {
            let line = lines.remove(0);
            return blocking(|| as_it_is(job, line));
        }
        None if lines[0].container() == Container::WebVtt => blocking(|| subtitles(job, &lines[0], None))?,
        _ => joined(job, lines, kind, ffmpeg).await?,
    };
    job.observer.event(TransferEvent::Phase(TransferPhase::Moving));
    let bytes = blocking(|| publish(job, &made, target))?;
    for line in lines.drain(..) {
        if let Err(error) = blocking(|| line.discard(job)) {
            tracing::warn!(%error, "a track of a finished stream stays behind");
        }
    }
    Ok(bytes)
}

/// The plan with what the bytes turned out to be.
fn as_found(lines: &[Line]) -> StreamPlan {
    let found = |line: &Line| {
        let container = line.container();
        Track {
            container,
            kind: if container == Container::WebVtt {
                TrackKind::Subtitles
            } else {
                line.track.kind
            },
            ..line.track.clone()
        }
    };
    StreamPlan {
        tracks: lines.iter().map(found).collect(),
    }
}

/// Publishes the only track, whose pieces one behind the other are the file.
fn as_it_is(job: &StreamJob<'_>, line: Line) -> Result<u64, TransferError> {
    // packets tell of themselves piece by piece, and looking at all of them would read the whole file again
    if line.container() == Container::Fmp4
        && let Err(error) = whole(job, &**line.part.file(), line.part.bytes())
    {
        if let Err(second) = line.discard(job) {
            tracing::warn!(%second, "a file that is broken stays behind");
        }
        return Err(error);
    }
    job.observer.event(TransferEvent::Phase(TransferPhase::Moving));
    line.part.publish_as(&job.request.target)
}

/// Lets ffmpeg put the tracks into one file; where that is.
async fn joined(
    job: &StreamJob<'_>,
    lines: &[Line],
    kind: StreamKind,
    ffmpeg: Option<Ffmpeg>,
) -> Result<PathBuf, TransferError> {
    let ffmpeg = match ffmpeg {
        Some(ffmpeg) => ffmpeg,
        None => Ffmpeg::find(std::env::var_os("PATH").as_deref()).await?,
    };
    let start = lines
        .iter()
        .find(|line| line.track.kind == TrackKind::Video)
        .and_then(|line| line.part.log().first_timestamp);
    let inputs: Vec<RemuxInput> = lines
        .iter()
        .map(|line| blocking(|| input(job, line, start)))
        .collect::<Result<_, _>>()?;
    let (duration, rounding) = duration(lines, kind);
    let order = Remux {
        inputs: &inputs,
        target: &job.request.target,
        duration: (!duration.is_zero()).then_some(duration),
        rounding,
    };
    job.observer
        .event(TransferEvent::Phase(TransferPhase::Processing));
    let percents = Percents::default();
    let made = remux(&ffmpeg, &order, job.control, &|fraction| {
        percents.tell(job, fraction);
    })
    .await;
    for (line, input) in lines.iter().zip(&inputs) {
        if line.container() == Container::WebVtt {
            // written anew from the pieces each time
            let _removed = job.engine.disk.remove(&input.path);
        }
    }
    let made = made?;
    if let Err(error) = blocking(|| whole_file(job, &made.path)) {
        let _removed = job.engine.disk.remove(&made.path);
        return Err(error);
    }
    Ok(made.path)
}

fn input(job: &StreamJob<'_>, line: &Line, start: Option<u64>) -> Result<RemuxInput, TransferError> {
    let clock = i64::try_from(line.track.clock.as_micros()).unwrap_or(0);
    let mut offset_us = -clock;
    let path = match line.container() {
        Container::WebVtt => subtitles(job, line, start)?,
        Container::PackedAudio => {
            // its frames have no clock of their own: the tag in front of them told it
            let own = line.part.log().first_timestamp.unwrap_or(0);
            let zero = start.unwrap_or(own);
            offset_us = (i64::try_from(zero).unwrap_or(0) + ticks_behind(own, zero)) * 100 / 9;
            line.file()
        }
        _ => line.file(),
    };
    Ok(RemuxInput {
        path,
        kind: line.track.kind,
        language: line.track.language.clone(),
        name: line.track.name.clone(),
        offset_us,
    })
}

/// How much of the work of ffmpeg is done, as it was told last.
#[derive(Debug, Default)]
struct Percents(AtomicU8);

impl Percents {
    /// Tells of each whole percent once.
    fn tell(&self, job: &StreamJob<'_>, fraction: f64) {
        let reached = |percent: &u8| f64::from(*percent) <= fraction * 100.0;
        let percent = (0..=100).rev().find(reached).unwrap_or(0);
        if self.0.fetch_max(percent, Ordering::Relaxed) < percent {
            job.observer.event(TransferEvent::Processed { percent });
        }
    }
}

/// How long the longest of the tracks plays, and how much less than that it may be. Zero where playlists do
/// not tell.
fn duration(lines: &[Line], kind: StreamKind) -> (Duration, Duration) {
    let of = |line: &Line| {
        let media = line.track.pieces.iter().map(|piece| piece.duration);
        let media: Vec<Duration> = media.filter(|duration| !duration.is_zero()).collect();
        (media.iter().sum(), rounding(&media, kind))
    };
    let timed = lines
        .iter()
        .filter(|line| line.track.kind != TrackKind::Subtitles);
    timed.map(of).max().unwrap_or_default()
}

/// Old playlists write whole seconds only. Manifests write one duration for all pieces, and the last is shorter.
fn rounding(media: &[Duration], kind: StreamKind) -> Duration {
    match kind {
        StreamKind::Hls if media.iter().all(|duration| duration.subsec_nanos() == 0) => {
            media.iter().map(|_| MOST_ROUNDED).sum()
        }
        StreamKind::Dash if media.len() > 1 => media.iter().max().copied().unwrap_or_default(),
        StreamKind::Hls | StreamKind::Dash => Duration::ZERO,
    }
}

/// Writes subtitles of many pieces as one file beside their part; where that is.
fn subtitles(job: &StreamJob<'_>, line: &Line, start: Option<u64>) -> Result<PathBuf, TransferError> {
    if line.part.bytes() > MAX_SUBTITLE_BYTES {
        let what = format!("subtitles of more than {} MiB", MAX_SUBTITLE_BYTES >> 20);
        return Err(StreamRefusal::too_large(what).into());
    }
    let path = line.file().with_extension("vtt");
    let mut merger = Merger::new(start);
    if line.is_one_file() {
        let bytes = job.engine.disk.read(&line.file(), MAX_SUBTITLE_BYTES);
        merger.take(&bytes.map_err(|error| line.part.failed(&error))?)?;
    }
    let mut at = 0;
    for (mark, piece) in line.part.log().pieces.iter().zip(&line.track.pieces) {
        if piece.role == PieceRole::Media {
            merger.take(&line.part.read(at, mark.bytes)?)?;
        }
        at += mark.bytes;
    }
    job.engine
        .disk
        .replace(&path, merger.finish().as_bytes())
        .map_err(|error| line.part.failed(&error))?;
    Ok(path)
}

/// Whether the container that was made is whole.
fn whole_file(job: &StreamJob<'_>, path: &Path) -> Result<(), TransferError> {
    let worded = |error| disk_error(&job.request.target, &error);
    let file = job.engine.disk.open_part(path).map_err(worded)?;
    whole(job, &*file, file.len().map_err(worded)?)
}

/// Whether a container of so many bytes is whole.
fn whole(job: &StreamJob<'_>, file: &dyn DiskFile, length: u64) -> Result<(), TransferError> {
    match check(file, length) {
        Ok(_) => Ok(()),
        Err(CheckError::Broken { container, what }) => Err(TransferError::BrokenMedia {
            container: container.to_string(),
            what,
        }),
        Err(CheckError::NotMedia { what }) => Err(TransferError::Remux {
            detail: format!("{what} came out"),
        }),
        Err(CheckError::Io(error)) => Err(disk_error(&job.request.target, &error)),
    }
}

/// Gives a hidden file the final name without overwriting, and makes both safe.
fn publish(job: &StreamJob<'_>, made: &Path, target: &Path) -> Result<u64, TransferError> {
    let disk = &job.engine.disk;
    let worded = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => TransferError::Exists {
            path: target.to_path_buf(),
        },
        _ => disk_error(target, &error),
    };
    let file = disk.open_part(made).map_err(worded)?;
    let length = file.len().map_err(worded)?;
    file.sync_data().map_err(worded)?;
    let moved = disk.rename_new(made, target).map_err(worded);
    if moved.is_err() {
        let _removed = disk.remove(made);
    }
    moved?;
    // one of an earlier file of this name would speak of other bytes
    if let Err(error) = disk.remove(&manifest_path(target)) {
        tracing::warn!(%error, "the hashes beside the file are of another one");
    }
    if let Err(error) = disk.sync_folder(folder_of(target)) {
        tracing::debug!(%error, "the folder cannot be synced");
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_are_rounded_ones_and_others_are_not() {
        let of = |seconds: &[f64], kind| {
            let media: Vec<_> = seconds.iter().map(|one| Duration::from_secs_f64(*one)).collect();
            rounding(&media, kind).as_secs_f64()
        };
        for (seconds, kind, wanted) in [
            (&[4.0, 4.0, 4.0, 3.0][..], StreamKind::Hls, 2.0),
            (&[4.0, 4.0, 4.0, 2.96], StreamKind::Hls, 0.0),
            (&[4.0, 4.0, 4.0, 4.0], StreamKind::Dash, 4.0),
            (&[90.0], StreamKind::Dash, 0.0),
        ] {
            assert!((of(seconds, kind) - wanted).abs() < 0.001, "{seconds:?}");
        }
    }
}
