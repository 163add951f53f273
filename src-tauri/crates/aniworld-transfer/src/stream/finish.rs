//! Makes one file of the tracks that are whole, and gives it its name.

use std::path::{Path, PathBuf};

use super::clock::ticks_behind;
use super::job::StreamJob;
use super::line::Line;
use super::webvtt::Merger;
use super::{Container, StreamRefusal, Track, TrackKind};
use crate::disk::Disk;
use crate::fetch::job::blocking;
use crate::part::{PieceFile, disk_error, part_path};
use crate::{TransferError, TransferEvent, TransferPhase};

/// Subtitles are put together in memory.
const MAX_SUBTITLE_BYTES: u64 = 64 << 20;

/// Publishes the file; its size.
pub(super) async fn finish(job: &StreamJob<'_>, lines: &mut Vec<Line>) -> Result<u64, TransferError> {
    let target = &job.request.target;
    if let [only] = lines.as_slice()
        && is_target(only, target)
    {
        job.observer.event(TransferEvent::Phase(TransferPhase::Moving));
        let line = lines.remove(0);
        return blocking(|| line.part.publish_as(target));
    }
    Err(TransferError::FfmpegMissing {
        why: "not built".into(),
    })
}

/// Whether the bytes of a track are the file that is wanted.
fn is_target(line: &Line, target: &Path) -> bool {
    let ending = target.extension().and_then(|ending| ending.to_str());
    let ending = ending.unwrap_or_default().to_ascii_lowercase();
    match line.part.log().container {
        Some(Container::MpegTs) => ending == "ts",
        Some(Container::Fmp4) => matches!(ending.as_str(), "mp4" | "m4v" | "m4a"),
        Some(Container::PackedAudio) => matches!(ending.as_str(), "aac" | "mp3" | "ac3" | "ec3"),
        Some(Container::WebVtt | Container::Unknown) | None => false,
    }
}
