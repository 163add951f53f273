//! `cargo xtask bench`: our programs beside the best of their kind, in one run on one machine.

mod faults;
mod nginx;
mod progress;
pub(crate) mod report;
mod scratch;
mod transfer;
mod warm;
mod window;
mod yt_dlp;

pub(crate) use faults::faults;
pub(crate) use progress::progress;
pub(crate) use transfer::transfer;
