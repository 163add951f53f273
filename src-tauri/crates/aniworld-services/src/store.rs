//! The store: SQLite, one writer, many readers. Disk types stay inside; what comes out is below.

use std::path::PathBuf;

use aniworld_core::ledger::EpisodeState;
use aniworld_core::source::{Completeness, SourceConfig};
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
    pub label: aniworld_core::events::EpisodeLabel,
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
    pub error: Option<aniworld_core::source::SourceError>,
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
    pub label: aniworld_core::events::EpisodeLabel,
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

/// Why the store could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreOpenError {
    /// Written by a newer program. Left untouched.
    #[error("the database {path} has version {found}, this program knows up to {known}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest version known here.
        known: u32,
    },
    /// Not a database, or damaged. Left untouched.
    #[error("the database {path} cannot be read: {detail}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// The file system refused.
    #[error("the database {path} cannot be opened: {detail}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
}

/// The store. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {}

/// A question or change that failed; the data is as before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the library database: {0}")]
pub struct StoreFailure(pub String);

/// Lists for windows and terminals. Blocking.
impl Store {
    /// A page of series, by title.
    pub fn series(
        &self,
        text: &str,
        filter: SeriesFilter,
        offset: u32,
        limit: u32,
    ) -> Result<SeriesPage, StoreFailure> {
        let _ = (text, filter, offset, limit);
        todo!()
    }
    /// One series with its episodes.
    pub fn series_view(&self, id: SeriesId) -> Result<Option<SeriesView>, StoreFailure> {
        let _ = id;
        todo!()
    }
    /// All sources, oldest first.
    pub fn source_views(&self) -> Result<Vec<SourceView>, StoreFailure> {
        todo!()
    }
    /// The episodes that one source offers.
    pub fn source_episodes(
        &self,
        id: aniworld_core::source::SourceId,
    ) -> Result<Vec<EpisodeView>, StoreFailure> {
        let _ = id;
        todo!()
    }
    /// Missing episodes of a selection, in library order.
    pub fn missing(&self, selection: crate::downloads::Selection) -> Result<Vec<EpisodeView>, StoreFailure> {
        let _ = selection;
        todo!()
    }
    /// A page of jobs, with how many match in all.
    pub fn jobs(
        &self,
        filter: crate::downloads::QueueFilter,
        offset: u32,
        limit: u32,
    ) -> Result<(u32, Vec<JobView>), StoreFailure> {
        let _ = (filter, offset, limit);
        todo!()
    }
    /// The library folder with its figures and the end of the last scan.
    pub fn library(
        &self,
    ) -> Result<Option<(aniworld_core::library::LibraryRoot, Option<Timestamp>)>, StoreFailure> {
        todo!()
    }
}
