//! HLS: what is read, what is chosen, what is refused, and what comes out as a file.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]
#![expect(
    clippy::print_stdout,
    reason = "a difference, or a collection that is not there, has to be told"
)]

mod choice;
mod fixtures;
mod parsing;
mod planning;
mod random;
mod reading;
