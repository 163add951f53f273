//! The real program, run as a script runs it: exit status, JSON lines, files.
//!
//! One snapshot per command's JSON; what differs from run to run is replaced by its key.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod demo;
mod get;
mod history;
mod library;
mod program;
mod usage;
mod why;
