//! `DownloadService`: the persistent FIFO queue.

use aniworld_core::app::DownloadFailure;
use serde::{Deserialize, Serialize};

use crate::store::{EpisodeId, SeriesId};

/// The number of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobId(pub i64);

/// The states of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum JobState {
    Queued,
    Starting,
    Downloading,
    Paused,
    Waiting,
    Verifying,
    Processing,
    Moving,
    Completed,
    Failed,
    Cancelled,
    Skipped,
}

/// Why a job failed or waits.
pub type JobFailure = DownloadFailure;

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

/// `DownloadService`.
#[derive(Debug)]
pub struct DownloadService {}
