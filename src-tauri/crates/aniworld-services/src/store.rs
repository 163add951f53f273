//! The store: SQLite, one writer, many readers. Disk types stay inside; what comes out is in [`views`].
//!
//! Every method blocks: call it from a blocking task. Commits survive the death of the process in any
//! case; those that carry a wish of the user ([`Durability::Power`]) also survive a loss of power.

mod add;
mod connections;
mod history;
mod job_changes;
mod job_list;
mod jobs;
mod journal;
mod ledger;
mod library;
mod listing;
mod matching;
mod metrics;
mod open;
mod record;
mod rows;
mod selection;
mod series_list;
mod series_view;
mod source_list;
mod story;
mod text;
mod views;
mod walk;

use std::path::Path;
use std::sync::Arc;

pub(crate) use add::NewJob;
pub(crate) use connections::Durability;
pub(crate) use job_changes::{Ending, JobChange};
pub(crate) use jobs::{OpenJob, StoredJob};
pub use open::StoreOpenError;
pub(crate) use record::{EndedOperation, OpenOperation};
pub use selection::SelectionError;
pub use views::{
    EpisodeId, EpisodeView, JobView, Outcome, SeriesFilter, SeriesId, SeriesPage, SeriesSummary, SeriesView,
    SourceView,
};

use connections::Connections;

/// The file of the database inside a data folder.
pub const DATABASE_FILE: &str = "aniworld.db";

/// The store. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    connections: Arc<Connections>,
}

/// A question or change that failed; the data is as before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the library database: {0}")]
pub struct StoreFailure(pub String);

impl From<rusqlite::Error> for StoreFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<StoreFailure> for aniworld_core::store::StoreError {
    fn from(failure: StoreFailure) -> Self {
        Self(failure.0)
    }
}

impl Store {
    /// Opens the database of a data folder for writing, makes it or brings it up to date. Whoever calls
    /// this holds the lock of the folder.
    pub fn open(data_dir: &Path) -> Result<Self, StoreOpenError> {
        let connections = Connections::writing(open::for_writing(&data_dir.join(DATABASE_FILE))?);
        Ok(Self {
            connections: Arc::new(connections),
        })
    }

    /// Opens the database of a data folder for reading. Needs no lock: a writer may be at work.
    pub fn open_read_only(data_dir: &Path) -> Result<Self, StoreOpenError> {
        let connections = Connections::reading(open::for_reading(&data_dir.join(DATABASE_FILE))?);
        Ok(Self {
            connections: Arc::new(connections),
        })
    }
}

#[cfg(test)]
mod tests;
