//! Linux and macOS. (macOS: compiled by the workflow only, never here.)

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use rustix::io::Errno;

/// Opens or makes a part file, but never what a link under its name points to.
pub(crate) fn open_part(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(path)
}

/// Opens a file to read it, but never what a link under its name points to, and without waiting for the
/// other end of a pipe.
pub(crate) fn open_to_read(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(path)
}

/// Whether `path` still names this file.
pub(crate) fn has_name(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(ours), Ok(named)) => ours.dev() == named.dev() && ours.ino() == named.ino(),
        _ => false,
    }
}

/// Writes all bytes at an offset.
pub(crate) fn write_all_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    file.write_all_at(bytes, offset)
}

/// Reads at an offset.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(buffer, offset)
}

/// Reserves room without writing it. Where that is unknown (some FUSE and network ones), `Unsupported`,
/// or `StorageFull` where the room that is left is too little anyway.
#[cfg(target_os = "linux")]
pub(crate) fn reserve(file: &File, length: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    if length == 0 {
        return Ok(());
    }
    if is_in_memory(file) {
        return look_for_room(file, length);
    }
    let before = file.metadata()?.len();
    let reserved = rustix::io::retry_on_intr(|| fallocate(file, FallocateFlags::empty(), 0, length));
    match reserved {
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => look_for_room(file, length),
        Err(error) => {
            // ext4 and XFS keep what they found before the room ended, which would fill the disk
            file.set_len(before)?;
            Err(error.into())
        }
        Ok(()) => Ok(()),
    }
}

/// In memory nothing is scattered, and pages that are reserved are cleared for nothing: a download of a
/// gigabyte took an eighth longer.
#[cfg(target_os = "linux")]
fn is_in_memory(file: &File) -> bool {
    /// `TMPFS_MAGIC` of statfs(2).
    const TMPFS: u64 = 0x0102_1994;
    rustix::fs::fstatfs(file).is_ok_and(|system| system.f_type.cast_unsigned() == TMPFS)
}

/// macOS reserves nothing here: its file systems find room as they go.
#[cfg(not(target_os = "linux"))]
pub(crate) fn reserve(file: &File, length: u64) -> io::Result<()> {
    look_for_room(file, length)
}

/// Says `StorageFull` before a single byte was written in vain, otherwise `Unsupported`.
fn look_for_room(file: &File, length: u64) -> io::Result<()> {
    /// What `st_blocks` counts in, whatever the file system's own blocks are (POSIX, `sys/stat.h`).
    const STAT_BLOCK: u64 = 512;
    let taken = file.metadata()?.blocks().saturating_mul(STAT_BLOCK);
    if room(file).is_some_and(|free| length.saturating_sub(taken) > free) {
        return Err(io::ErrorKind::StorageFull.into());
    }
    Err(io::ErrorKind::Unsupported.into())
}

/// Bytes that the file system of a file has left for this user.
pub(crate) fn room(file: &File) -> Option<u64> {
    let disk = rustix::fs::fstatvfs(file).ok()?;
    // a file system that cannot count says 0 of 0
    (disk.f_blocks > 0).then(|| disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Lets the system drop its copy of what is on the disk.
#[cfg(target_os = "linux")]
pub(crate) fn forget_cached(file: &File, offset: u64, length: u64) {
    use rustix::fs::{Advice, fadvise};
    // no length would mean everything behind the offset
    if let Some(length) = std::num::NonZeroU64::new(length) {
        // advice: a file system that does not take it keeps its copy
        let _ignored = fadvise(file, offset, Some(length), Advice::DontNeed);
    }
}

/// macOS has no such advice for a part of a file.
#[cfg(not(target_os = "linux"))]
pub(crate) fn forget_cached(_file: &File, _offset: u64, _length: u64) {}

/// Renames, unless something has the new name already (`AlreadyExists`).
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // file systems without the flag (some FUSE and network ones)
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => super::rename_if_free(from, to),
        done => done.map_err(io::Error::from),
    }
}

/// Makes renames and removals in this folder survive a power cut.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_way_to_publish_overwrites() {
        type Publish = fn(&Path, &Path) -> io::Result<()>;
        let ways: [Publish; 2] = [rename_new, crate::platform::rename_if_free];
        for publish in ways {
            let folder = tempfile::tempdir().unwrap();
            let (from, to) = (folder.path().join("from"), folder.path().join("to"));
            fs::write(&from, "new").unwrap();
            fs::write(&to, "old").unwrap();
            assert_eq!(
                publish(&from, &to).unwrap_err().kind(),
                io::ErrorKind::AlreadyExists
            );
            assert_eq!(fs::read_to_string(&to).unwrap(), "old");
            fs::remove_file(&to).unwrap();
            publish(&from, &to).unwrap();
            assert_eq!(fs::read_to_string(&to).unwrap(), "new");
            assert!(!from.exists());
        }
    }

    #[test]
    fn a_link_under_the_name_of_a_part_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (precious, part) = (folder.path().join("precious"), folder.path().join("part"));
        fs::write(&precious, "precious").unwrap();
        std::os::unix::fs::symlink(&precious, &part).unwrap();
        assert_eq!(
            open_part(&part).unwrap_err().raw_os_error(),
            Some(Errno::LOOP.raw_os_error())
        );
    }

    #[test]
    fn a_file_that_was_replaced_has_lost_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("part");
        let file = open_part(&path).unwrap();
        assert!(has_name(&file, &path));
        fs::remove_file(&path).unwrap();
        assert!(!has_name(&file, &path));
        fs::write(&path, "another").unwrap();
        assert!(!has_name(&file, &path));
    }
}
