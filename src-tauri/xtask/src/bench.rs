//! `cargo xtask bench`: our programs beside the best of their kind, in one run on one machine.

mod faults;
mod get;
mod nginx;
mod progress;
pub(crate) mod report;
mod scratch;
mod window;

pub(crate) use faults::faults;
pub(crate) use get::get;
pub(crate) use progress::progress;
