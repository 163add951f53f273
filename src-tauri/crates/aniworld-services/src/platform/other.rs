//! Windows. Never compiled here. The system's answer needs a call that is not safe Rust, so windows and
//! terminal show no figure there.

use std::io;
use std::path::Path;

/// Makes a folder and those above it. Below the user's profile they are the user's own.
pub(crate) fn create_private(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// Not known.
pub(crate) fn free_bytes(_path: &Path) -> Option<u64> {
    None
}
