//! Windows. Never compiled here. The system's answer needs a call that is not safe Rust, so windows and
//! terminal show no figure there.

use std::path::Path;

/// Not known.
pub(crate) fn free_bytes(_path: &Path) -> Option<u64> {
    None
}
