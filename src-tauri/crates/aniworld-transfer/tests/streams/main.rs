//! Streams from end to end: a real server, what an encoder makes, a real folder, and the file that comes out.
//! Knows the public interface of the crate only.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod answers;
mod breaks;
mod choice;
mod encoded;
mod frames;
mod kinds;
mod leftovers;
mod one_file;
mod plays;
mod refusals;
mod resume;
mod stage;
mod texts;
mod tokens;
mod web;
