//! The hidden files of a stream beside its target: their names, and how they go. Must not know what is in them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{MAX_TRACKS, one_file};
use crate::TransferError;
use crate::disk::Disk;
use crate::part::{PieceFile, Place, discard_on, disk_error, manifest_path, part_path};
use crate::remux::remux_path;

/// What the part file of a track is named after: the first one after the target itself.
pub(super) fn track_target(target: &Path, index: usize) -> PathBuf {
    if index == 0 {
        return target.to_path_buf();
    }
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".track{index}"));
    target.with_file_name(name)
}

/// Removes what a crash, or an earlier run with more tracks, left of a stream whose file is there. What another
/// transfer holds, and an ordinary file on its way, stay.
pub(super) fn tidy(disk: &Arc<dyn Disk>, target: &Path) {
    let tidied = if disk.exists(&part_path(target)) {
        // its lock is the lock of the whole stream
        PieceFile::open(disk, target)
            .and_then(|first| discard_tracks(disk, target).and_then(|()| first.give_way()))
    } else {
        discard_tracks(disk, target)
    };
    if let Err(error) = tidied {
        tracing::debug!(%error, "what an earlier run left of a stream stays behind");
    }
}

/// Removes what an earlier run left of a stream beside the part file of its first track.
pub(crate) fn discard_tracks(disk: &Arc<dyn Disk>, target: &Path) -> Result<(), TransferError> {
    for index in 0..MAX_TRACKS {
        let place = track_target(target, index);
        let part = part_path(&place);
        let file = one_file::beside(&part);
        discard_part(disk, &file)?;
        // what ffmpeg was to read, or had written, when the program ended
        let text = part.with_extension("vtt");
        let fresh = part.with_extension("vtt~");
        for left in [manifest_path(&file), file, text, fresh, remux_path(&place)] {
            // each call may go to a disk behind a network
            if disk.exists(&left) {
                disk.remove(&left).map_err(|error| disk_error(target, &error))?;
            }
        }
        if index > 0 {
            discard_part(disk, &place)?;
        }
    }
    Ok(())
}

fn discard_part(disk: &Arc<dyn Disk>, target: &Path) -> Result<(), TransferError> {
    let place = Place::of(target);
    let files = [place.part.clone(), place.journal.clone(), place.fresh_journal()];
    if files.iter().any(|path| disk.exists(path)) {
        discard_on(disk, target)?;
    }
    Ok(())
}
