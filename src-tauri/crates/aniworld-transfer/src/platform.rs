//! What differs between systems: opening, writing at a place, publishing without overwriting, syncing
//! a folder. Must not know why.

use std::fs;
use std::io;
use std::path::Path;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{
    forget_cached, has_name, open_part, open_to_read, read_at, rename_new, reserve, room, sync_folder,
    write_all_at,
};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{
    forget_cached, has_name, open_part, open_to_read, read_at, rename_new, reserve, room, sync_folder,
    write_all_at,
};

/// Publishes where the system has no rename that spares what is there.
///
/// A hard link never overwrites. Where links are unknown too (FAT, exFAT, some FUSE and network file
/// systems), a look just before the rename is all there is: a file that another program puts there in
/// the same instant is lost.
fn rename_if_free(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if is_about_the_files(error.kind()) => Err(error),
        Err(_) if to.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

/// Whether a rename would fail as the link did. Anything else may mean that there are no links here.
fn is_about_the_files(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{AlreadyExists, NotADirectory, NotFound, ReadOnlyFilesystem, StorageFull};
    matches!(
        kind,
        AlreadyExists | NotFound | NotADirectory | ReadOnlyFilesystem | StorageFull
    )
}
