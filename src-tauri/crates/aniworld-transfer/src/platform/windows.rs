//! Windows. Compiled by the workflow only, never here.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::FileExt;
use std::path::Path;

/// Opens or makes a part file.
pub(crate) fn open_part(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// Opens a file to read it.
pub(crate) fn open_to_read(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// A file that is open keeps its name here until it is closed, or the other transfer's lock was seen.
pub(crate) fn has_name(_file: &File, path: &Path) -> bool {
    path.exists()
}

/// Writes all bytes at an offset.
pub(crate) fn write_all_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = file.seek_write(bytes, offset)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[written..];
        offset += written as u64;
    }
    Ok(())
}

/// Reads at an offset.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.seek_read(buffer, offset)
}

/// NTFS, FAT and exFAT reserve room when a file is made longer.
pub(crate) fn reserve(file: &File, length: u64) -> io::Result<()> {
    let now = file.metadata()?.len();
    if length > now {
        file.set_len(length)
    } else {
        Ok(())
    }
}

/// Not asked for here: a full disk is told without figures.
pub(crate) fn room(_file: &File) -> Option<u64> {
    None
}

/// There is no such advice here.
pub(crate) fn forget_cached(_file: &File, _offset: u64, _length: u64) {}

/// Renames, unless something has the new name already (`AlreadyExists`).
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    // `std::fs::rename` overwrites on Windows
    super::rename_if_free(from, to)
}

/// NTFS journals renames itself.
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
