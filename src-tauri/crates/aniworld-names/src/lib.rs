//! Reads series, season and episode from paths, and writes names.
//!
//! Pure: no I/O, no clock. What a name says, with the evidence; what a file of ours is called.
//!
//! *Architecture invariant:* nothing here panics on any input, and a doubtful number is reported as
//! unsure rather than guessed.

pub mod extension;
mod number;
mod parse;
mod parsed;
pub mod target;
mod title_key;

pub use number::{EpisodeNumber, ParseNumberError};
pub use parse::{folder_season, folder_title, parse};
pub use parsed::{CivilDate, Confidence, Evidence, Numbering, ParsedName};
pub use title_key::{same_series, series_title, title_key, title_year};
