//! `cargo xtask bench`: our programs beside the best of their kind, in one run on one machine.

mod get;
mod nginx;

pub(crate) use get::get;
