//! Makes one file of the tracks that are whole, and gives it its name.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::clock::ticks_behind;
use super::job::StreamJob;
use super::line::Line;
use super::webvtt::Merger;
use super::{Container, PieceRole, StreamPlan, StreamRefusal, Track, TrackKind};
use crate::check::{CheckError, check};
use crate::fetch::job::blocking;
use crate::part::{disk_error, folder_of};
use crate::remux::{Ffmpeg, Remux, RemuxInput, needs_ffmpeg, remux};
use crate::{TransferError, TransferEvent, TransferPhase};

/// Subtitles are put together in memory.
const MAX_SUBTITLE_BYTES: u64 = 32 << 20;

/// Publishes the file; its size. `ffmpeg` is the one that was found when the plan needed one.
pub(super) async fn finish(
    job: &StreamJob<'_>,
    lines: &mut Vec<Line>,
    ffmpeg: Option<Ffmpeg>,
) -> Result<u64, TransferError> {
    let target = &job.request.target;
    let made = match needs_ffmpeg(&as_found(lines), target) {
        None if !lines[0].is_one_file() && lines[0].container() != Container::WebVtt => {
            job.observer.event(TransferEvent::Phase(TransferPhase::Moving));
            let line = lines.remove(0);
            return blocking(|| line.part.publish_as(target));
        }
        None if lines[0].container() == Container::WebVtt => blocking(|| subtitles(job, &lines[0], None))?,
        _ => joined(job, lines, ffmpeg).await?,
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
    let found = |line: &Line| Track {
        container: line.container(),
        ..line.track.clone()
    };
    StreamPlan {
        tracks: lines.iter().map(found).collect(),
    }
}

/// Lets ffmpeg put the tracks into one file; where that is.
async fn joined(
    job: &StreamJob<'_>,
    lines: &[Line],
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
    let order = Remux {
        inputs: &inputs,
        target: &job.request.target,
        duration: duration(lines),
    };
    let made = remux(&ffmpeg, &order, job.control, &|_| {}).await;
    for (line, input) in lines.iter().zip(&inputs) {
        if line.container() == Container::WebVtt {
            // written anew from the pieces each time
            let _removed = job.engine.disk.remove(&input.path);
        }
    }
    let made = made?;
    if let Err(error) = blocking(|| whole(job, &made.path)) {
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

/// The longest of the tracks, where playlists tell.
fn duration(lines: &[Line]) -> Option<Duration> {
    let of = |line: &Line| -> Duration { line.track.pieces.iter().map(|piece| piece.duration).sum() };
    let longest = lines
        .iter()
        .filter(|line| line.track.kind != TrackKind::Subtitles)
        .map(of)
        .max()?;
    (!longest.is_zero()).then_some(longest)
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
fn whole(job: &StreamJob<'_>, path: &Path) -> Result<(), TransferError> {
    let worded = |error| disk_error(&job.request.target, &error);
    let file = job.engine.disk.open_part(path).map_err(worded)?;
    let length = file.len().map_err(worded)?;
    match check(&*file, length) {
        Ok(_) => Ok(()),
        Err(CheckError::Broken { container, what }) => Err(TransferError::BrokenMedia {
            container: container.to_string(),
            what,
        }),
        Err(CheckError::NotMedia { what }) => Err(TransferError::Remux {
            detail: format!("{what} came out"),
        }),
        Err(CheckError::Io(error)) => Err(worded(error)),
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
    if let Err(error) = disk.sync_folder(folder_of(target)) {
        tracing::debug!(%error, "the folder cannot be synced");
    }
    Ok(length)
}
