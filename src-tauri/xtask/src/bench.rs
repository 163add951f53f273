//! `cargo xtask bench`: our programs beside the best of their kind, in one run on one machine.

mod faults;
mod nginx;
mod progress;
pub(crate) mod report;
mod scratch;
mod window;

pub(crate) use faults::faults;
mod transfer;
pub(crate) use progress::progress;
pub(crate) use transfer::transfer;
