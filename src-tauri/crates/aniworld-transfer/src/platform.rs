//! What differs between systems: opening, writing at a place, publishing without overwriting, syncing
//! a folder. Must not know why.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{
    forget_cached, has_name, open_part, read_at, rename_new, reserve, sync_folder, write_all_at,
};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{
    forget_cached, has_name, open_part, read_at, rename_new, reserve, sync_folder, write_all_at,
};
