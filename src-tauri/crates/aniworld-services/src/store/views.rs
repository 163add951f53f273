//! What lists show: plain rows without a connection to the database.

use aniworld_core::events::EpisodeLabel;
use aniworld_core::ledger::EpisodeState;
use aniworld_core::source::{Completeness, SourceConfig, SourceError};
use jiff::Timestamp;

use crate::downloads::{JobFailure, JobId, JobState};

/// The number of a series in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesId(pub i64);

/// The number of an episode in the ledger of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EpisodeId(pub i64);

/// One series with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesSummary {
    /// Its number.
    pub id: SeriesId,
    /// Its title.
    pub title: String,
    /// Its folder below the library root.
    pub folder: String,
    /// Episodes on disk.
    pub have: u32,
    /// Episodes offered and not on disk.
    pub missing: u32,
    /// Of those, how many have an unfinished job.
    pub queued: u32,
}

/// Which series a list holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesPage {
    /// Rows that match in all.
    pub total: u32,
    /// All series.
    pub all: u32,
    /// Series with missing episodes.
    pub incomplete: u32,
    /// Missing episodes over all series.
    pub missing_episodes: u32,
    /// The rows.
    pub rows: Vec<SeriesSummary>,
}

/// One series with its episodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesView {
    /// Its figures.
    pub summary: SeriesSummary,
    /// A description from a source.
    pub description: Option<String>,
    /// Names of the sources that offer episodes of it.
    pub sources: Vec<String>,
    /// All episodes, by season (0 last), number and version.
    pub episodes: Vec<EpisodeView>,
}

/// One episode of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpisodeView {
    /// Its number in the ledger.
    pub id: EpisodeId,
    /// Its names.
    pub label: EpisodeLabel,
    /// `YYYY-MM-DD`.
    pub air_date: Option<jiff::civil::Date>,
    /// Its state.
    pub state: EpisodeState,
    /// Its newest job.
    pub job: Option<(JobId, JobState)>,
    /// Bytes of the file, or as offered.
    pub bytes: Option<u64>,
    /// The file below the root, when on disk.
    pub file: Option<String>,
    /// The name of the best source, when missing.
    pub source: Option<String>,
    /// The stable key at that source.
    pub offer_key: Option<String>,
}

/// One source with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceView {
    /// Its configuration.
    pub config: SourceConfig,
    /// Episodes it offers now.
    pub episodes: u32,
    /// Series it offers now.
    pub series: u32,
    /// How much of it the last good reading showed.
    pub completeness: Option<Completeness>,
    /// When it was last read.
    pub last_read_at: Option<Timestamp>,
    /// Why the last reading failed.
    pub error: Option<SourceError>,
}

/// One job as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobView {
    /// Its number.
    pub id: JobId,
    /// The id of its progress operation.
    pub progress_id: String,
    /// Its state.
    pub state: JobState,
    /// Its series, if still known.
    pub series: Option<SeriesId>,
    /// Its names.
    pub label: EpisodeLabel,
    /// The source's name.
    pub source: String,
    /// Bytes at the last stop.
    pub bytes: u64,
    /// The size, where known.
    pub total: Option<u64>,
    /// Tries so far.
    pub attempts: u32,
    /// Why it failed or waits.
    pub failure: Option<JobFailure>,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// One ending of a job, for the summary of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The job.
    pub job: JobId,
    /// A terminal state.
    pub state: JobState,
    /// Its names.
    pub label: EpisodeLabel,
    /// The source's name.
    pub source: String,
    /// Bytes at the end.
    pub bytes: u64,
    /// Tries.
    pub attempts: u32,
    /// Why it failed.
    pub failure: Option<JobFailure>,
    /// When it ended.
    pub ended_at: Timestamp,
}
