//! The disk of the operating system.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use super::{Disk, DiskFile};
use crate::platform;

/// The disk of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

/// An open file of it.
#[derive(Debug)]
struct RealFile(File);

impl Drop for RealFile {
    /// Closing alone is not enough: a program that is being started at this moment holds copies of all open
    /// files until it runs, and the lock with them.
    fn drop(&mut self) {
        // a file system without locks has none to give back
        let _unlocked = self.0.unlock();
    }
}

impl Disk for RealDisk {
    fn open_part(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let file = platform::open_part(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            // an error is a file system without locks: two programs on one such folder are not guarded
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Arc::new(RealFile(file))),
        }
    }

    fn read(&self, path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        platform::open_to_read(path)?
            .take(max_bytes.saturating_add(1))
            .read_to_end(&mut text)?;
        if text.len() as u64 > max_bytes {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(text)
    }

    fn replace(&self, path: &Path, text: &[u8]) -> io::Result<()> {
        let mut fresh = path.as_os_str().to_owned();
        fresh.push("~");
        let fresh = Path::new(&fresh);
        let written = write_synced(fresh, text).and_then(|()| fs::rename(fresh, path));
        if written.is_err() {
            // a full disk leaves half a file; the first error is the one to tell
            let _removed = fs::remove_file(fresh);
        }
        written
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        platform::rename_new(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<bool> {
        match fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn exists(&self, path: &Path) -> bool {
        path.symlink_metadata().is_ok()
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        platform::sync_folder(folder)
    }
}

impl DiskFile for RealFile {
    fn len(&self) -> io::Result<u64> {
        self.0.metadata().map(|meta| meta.len())
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        platform::read_at(&self.0, buffer, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        platform::write_all_at(&self.0, bytes, offset)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn reserve(&self, length: u64) -> io::Result<()> {
        platform::reserve(&self.0, length)
    }

    fn room(&self) -> Option<u64> {
        platform::room(&self.0)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn forget_cached(&self, offset: u64, length: u64) {
        platform::forget_cached(&self.0, offset, length);
    }

    fn has_name(&self, path: &Path) -> bool {
        platform::has_name(&self.0, path)
    }
}

/// Into a new file: what stands there was left by a crash, or is a link to something precious.
fn write_synced(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = match File::create_new(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            File::create_new(path)?
        }
        file => file?,
    };
    file.write_all(text)?;
    file.sync_data()
}

#[cfg(test)]
mod tests;
