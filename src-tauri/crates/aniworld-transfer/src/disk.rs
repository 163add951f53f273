//! The disk as a transfer sees it: a small trait, the real one, and one that can crash.
//!
//! Every byte of a transfer goes through here, so that a test can let power fail between any two
//! calls. Must not know what the bytes are.

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;

mod real;
#[cfg(any(test, feature = "test-support"))]
mod simulated;

pub use self::real::RealDisk;
#[cfg(any(test, feature = "test-support"))]
pub use self::simulated::{Call, Lasts, Operation, SimulatedDisk, Survival};

/// What a transfer does to folders and names. Paths are used as they are given.
pub trait Disk: Send + Sync + Debug {
    /// Opens a part file for reading and writing and locks it; makes it where there is none, and never
    /// follows a link under its name. `WouldBlock`: another transfer holds the lock.
    fn open_part(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>>;
    /// The whole of a small file; `NotFound` where there is none, `InvalidData` where it is longer
    /// than `max_bytes`.
    fn read(&self, path: &Path, max_bytes: u64) -> io::Result<Vec<u8>>;
    /// Replaces a small file whole or not at all: a crash leaves the old text or the new one.
    fn replace(&self, path: &Path, text: &[u8]) -> io::Result<()>;
    /// Renames, unless something has the new name already (`AlreadyExists`).
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file; says whether there was one.
    fn remove(&self, path: &Path) -> io::Result<bool>;
    /// Whether anything has this name, a broken link too.
    fn exists(&self, path: &Path) -> bool;
    /// Makes renames and removals in this folder survive a power cut.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
}

/// An open, locked part file. Its lock ends when the last handle is dropped.
pub trait DiskFile: Send + Sync + Debug {
    /// Its length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether it holds nothing.
    fn is_empty(&self) -> io::Result<bool> {
        self.len().map(|length| length == 0)
    }
    /// Reads at an offset, at most as much as the buffer holds; 0 at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all bytes at an offset.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Cuts it, or makes it longer with zeros.
    fn set_len(&self, length: u64) -> io::Result<()>;
    /// Reserves room for so many bytes from the first on and makes the file that long, without
    /// writing them. `StorageFull` where the disk has too little; `Unsupported` where it cannot reserve.
    fn reserve(&self, length: u64) -> io::Result<()>;
    /// How many more bytes its file system has room for, where that can be known.
    fn room(&self) -> Option<u64>;
    /// Makes every byte written so far survive a power cut.
    fn sync_data(&self) -> io::Result<()>;
    /// The system may forget its copy of these bytes, which are safe on the disk: a download must not
    /// push what the user works with out of the memory. Advice only.
    fn forget_cached(&self, offset: u64, length: u64);
    /// Whether `path` still names this file.
    fn has_name(&self, path: &Path) -> bool;
}
