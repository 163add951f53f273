//! The completeness ledger: a pure function over one series, from what sources offer and what is
//! on disk to one row per episode.

mod compare;
mod cover;

use aniworld_names::EpisodeNumber;
use jiff::civil::Date;

pub use self::compare::compare;
use crate::source::{AssetSize, EpisodeKind, SourceId};

/// The state of an episode in the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EpisodeState {
    /// On disk.
    Have,
    /// Not on disk, and a source offers it.
    Missing,
    /// Not on disk, and no source offers it any more (seen earlier, and its listing is complete).
    Gone,
}

/// One episode as a source offers it, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The number of the offer in the store.
    pub offer_id: i64,
    /// Who offers it.
    pub source: SourceId,
    /// The season; offers without any count as season 1 (specials as 0), see [`compare()`].
    pub season: Option<u32>,
    /// The number; an offer without one is listed by title only and never matched to a file.
    pub number: Option<EpisodeNumber>,
    /// Its sort.
    pub kind: EpisodeKind,
    /// Its title.
    pub title: Option<String>,
    /// The day it was published.
    pub air_date: Option<Date>,
    /// Its size.
    pub size: AssetSize,
    /// Whether it was missing from the last complete listing.
    pub gone: bool,
}

/// An episode file as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HaveFile {
    /// The number of the file in the store.
    pub file_id: i64,
    /// The season; 0 for specials.
    pub season: u32,
    /// The number in the season.
    pub number: EpisodeNumber,
    /// The title in its name.
    pub title: Option<String>,
    /// 1, or the version that its name says (`v2`).
    pub version: u32,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// The season; 0 for specials.
    pub season: u32,
    /// The number in the season.
    pub number: EpisodeNumber,
    /// 1 for the first version of this number, 2 for the second, and so on.
    pub version: u32,
    /// The best title known.
    pub title: Option<String>,
    /// The day it was published.
    pub air_date: Option<Date>,
    /// Its state.
    pub state: EpisodeState,
    /// The file, when `Have`.
    pub file_id: Option<i64>,
    /// The best offer, when there is one.
    pub offer_id: Option<i64>,
}
