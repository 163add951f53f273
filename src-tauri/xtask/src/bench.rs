//! `cargo xtask bench`: our programs beside the best of their kind, in one run on one machine.

mod get;
mod nginx;
mod progress;
pub(crate) mod report;
mod window;

pub(crate) use get::get;
pub(crate) use progress::progress;
