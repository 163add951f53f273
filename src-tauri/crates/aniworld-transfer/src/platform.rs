//! What differs between systems: writing at a place, publishing without overwriting, syncing a folder.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{is_read_only, rename_new, sync_folder, write_all_at};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{is_read_only, rename_new, sync_folder, write_all_at};
