//! `cargo xtask bench`: our programs beside the best of their kind, in one run on one machine.

mod nginx;
mod progress;
pub(crate) mod report;
mod transfer;
mod window;

pub(crate) use progress::progress;
pub(crate) use transfer::transfer;
