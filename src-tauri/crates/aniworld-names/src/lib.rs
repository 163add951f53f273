//! Reads series, season and episode from paths, and writes names.
//!
//! Pure: no I/O, no clock. What a name says, with the evidence; what a file of ours is called.
//!
//! *Architecture invariant:* nothing here panics on any input, and a doubtful number is reported as
//! unsure rather than guessed.

mod number;

pub use number::{EpisodeNumber, ParseNumberError};
