//! `DownloadService`: the persistent FIFO queue. It decides which job runs when, and asks `AnimeService` to
//! run it; it never reports on a download itself.

mod announce;
mod failure;
mod live;
mod orders;
mod queue;
mod recovery;
mod service;
mod state;
mod worker;

use serde::{Deserialize, Serialize};

use crate::store::{EpisodeId, SeriesId, StoreFailure};

pub use failure::JobFailure;
pub use queue::Queue;
pub use recovery::{QueueOptions, RunSummary};
pub use service::{DownloadService, PARALLEL_DEFAULT, PARALLEL_MAX};
pub use state::JobState;

/// The number of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobId(pub i64);

/// What to put into the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// One episode.
    Episode(EpisodeId),
    /// All missing episodes of a season.
    Season(SeriesId, u32),
    /// All missing episodes of a series.
    Series(SeriesId),
    /// All missing episodes.
    All,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Added {
    /// New jobs.
    pub added: u32,
    /// Episodes that were already in the queue.
    pub already_queued: u32,
    /// Bytes of the new jobs, as far as sources said.
    pub bytes: u64,
}

/// Which jobs a list holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QueueFilter {
    /// All: active first, then queued in order, then the past, newest first.
    #[default]
    All,
    /// Active, paused, waiting and queued.
    Active,
    /// Completed and skipped.
    Completed,
    /// Failed and cancelled.
    Failed,
}

/// How many jobs are in each group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct QueueStatus {
    /// Queued, and paused by hand.
    pub pending: u32,
    /// Starting to moving, and waiting.
    pub active: u32,
    /// Completed and skipped.
    pub completed: u32,
    /// Failed and cancelled.
    pub failed: u32,
}

/// Why an order to the queue was not carried out. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// Nothing of the selection is missing and offered by a source.
    #[error("nothing is missing there that a source offers")]
    NothingMissing,
    /// There is no such job.
    #[error("there is no job {}", .0.0)]
    Unknown(JobId),
    /// The job is in a state that does not allow it.
    #[error("the job {} is {}, it cannot be {wanted}", job.0, state.name())]
    State {
        /// The job.
        job: JobId,
        /// Its state.
        state: JobState,
        /// What was wanted: `paused`, `resumed`, ...
        wanted: &'static str,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
