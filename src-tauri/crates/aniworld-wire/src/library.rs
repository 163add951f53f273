//! Series and episodes as a window lists them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which series to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SeriesQuery {
    /// Only titles that contain this, without regard to case and accents.
    #[serde(default)]
    pub text: String,
    /// Only series with this state.
    #[serde(default)]
    pub filter: SeriesFilter,
    /// The first row wanted.
    pub offset: u32,
    /// Rows wanted, at most 200.
    pub limit: u32,
}

/// The filters of the library page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SeriesFilter {
    /// All.
    #[default]
    All,
    /// With missing episodes.
    Incomplete,
    /// Without missing episodes.
    Complete,
}

/// A page of series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SeriesPage {
    /// Rows that match in all.
    pub total: u32,
    /// Rows in the library without any filter, with missing episodes, without.
    pub counts: SeriesCounts,
    /// The rows from `offset` on.
    pub rows: Vec<SeriesRow>,
}

/// How many series each filter shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[expect(missing_docs, reason = "the names are the filters")]
pub struct SeriesCounts {
    pub all: u32,
    pub incomplete: u32,
    pub complete: u32,
    /// Missing episodes over all series.
    pub missing_episodes: u32,
}

/// One series in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SeriesRow {
    /// Its number in the store.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its folder in the library (also the room `series:<folder>`).
    pub folder: String,
    /// Episodes on disk.
    pub have: u32,
    /// Episodes offered and not on disk.
    pub missing: u32,
    /// Of those, how many are in the queue.
    pub queued: u32,
}

/// One series with all its episodes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SeriesDetail {
    /// The row of the list.
    #[serde(flatten)]
    pub row: SeriesRow,
    /// A description from a source.
    pub description: Option<String>,
    /// Names of the sources that offer episodes of it.
    pub sources: Vec<String>,
    /// Seasons in order; specials (0) last.
    pub seasons: Vec<Season>,
    /// The operation of what its downloads add up to, while some are open.
    pub progress_id: String,
}

/// A season.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Season {
    /// 0 for specials.
    pub season: u32,
    /// The operation of what its downloads add up to, while some are open.
    pub progress_id: String,
    /// Episodes on disk.
    pub have: u32,
    /// Episodes missing.
    pub missing: u32,
    /// Of those, queued.
    pub queued: u32,
    /// The episodes in order.
    pub episodes: Vec<EpisodeRow>,
}

/// One episode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EpisodeRow {
    /// Its number in the ledger of the store.
    pub id: i64,
    /// 0 for specials.
    pub season: u32,
    /// `7`, `9.5`, `2-3`, `2024-02-29`.
    pub number: String,
    /// 2 and more for further versions of the same number.
    pub version: u32,
    /// Its title, where known.
    pub title: Option<String>,
    /// `YYYY-MM-DD`.
    pub air_date: Option<String>,
    /// On disk, missing, or gone at every source.
    pub state: EpisodeRowState,
    /// The id of its progress operation (`download_..._..._...`).
    pub progress_id: String,
    /// Its newest job in the queue, if any.
    pub job: Option<EpisodeJob>,
    /// Size in bytes: of the file when on disk, else as offered.
    pub size: Option<u64>,
    /// Where the file is below the library, when on disk.
    pub file: Option<String>,
    /// The best source, when missing.
    pub source: Option<String>,
}

/// The job of an episode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EpisodeJob {
    /// Its number.
    pub id: i64,
    /// Its state.
    pub state: crate::queue::JobState,
}

/// The states of an episode row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum EpisodeRowState {
    Have,
    Missing,
    Gone,
}
