//! The queue and its history as a window lists them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::CommandError;

/// The states of a job, in the words that users know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
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

/// What to put into the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Selection {
    /// One episode, by its number in the ledger.
    Episode {
        /// The episode.
        id: i64,
    },
    /// All missing episodes of one season.
    Season {
        /// The series.
        series: i64,
        /// The season; 0 for specials.
        season: u32,
    },
    /// All missing episodes of a series.
    Series {
        /// The series.
        series: i64,
    },
    /// All missing episodes.
    All,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct QueueAdded {
    /// New jobs.
    pub added: u32,
    /// Episodes that were already in the queue.
    pub already_queued: u32,
    /// Bytes of the new jobs, as far as sources said.
    pub bytes: u64,
}

/// Which jobs to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct QueueQuery {
    /// Only jobs in one of these groups.
    #[serde(default)]
    pub filter: QueueFilter,
    /// The first row wanted.
    pub offset: u32,
    /// Rows wanted, at most 200.
    pub limit: u32,
}

/// The filters of the downloads page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
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

/// A page of jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct QueuePage {
    /// Rows that match in all.
    pub total: u32,
    /// Rows per group.
    pub counts: QueueCounts,
    /// Whether "pause all" is in force.
    pub paused: bool,
    /// The rows from `offset` on.
    pub rows: Vec<QueueRow>,
}

/// `metadata.queue_status` of `download_queue`, and the counts of the downloads page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct QueueCounts {
    pub pending: u32,
    pub active: u32,
    pub completed: u32,
    pub failed: u32,
}

/// One job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct QueueRow {
    /// Its number.
    pub id: i64,
    /// The id of its progress operation.
    pub progress_id: String,
    /// Its state; live figures come by frames under `progress_id`.
    pub state: JobState,
    /// The series' number in the store; null when the series is no longer known.
    pub series_id: Option<i64>,
    /// The series' title.
    pub series: String,
    /// 0 for specials.
    pub season: u32,
    /// `7`, `9.5`, `2-3`, `2024-02-29`.
    pub number: String,
    /// The episode's title, where known.
    pub title: Option<String>,
    /// The source's name.
    pub source: String,
    /// Bytes on disk at the last stop.
    pub bytes: u64,
    /// The size, where known.
    pub total: Option<u64>,
    /// The failure, for failed and waiting jobs.
    pub error: Option<CommandError>,
    /// When it was added, RFC 3339.
    pub added_at: String,
    /// When it ended, RFC 3339.
    pub finished_at: Option<String>,
}

/// What to do with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum JobAction {
    /// Stop; the part stays.
    Pause,
    /// Go on.
    Resume,
    /// Give up; no trace stays in the library.
    Cancel,
    /// Put a failed or cancelled job back into the queue.
    Retry,
    /// Take a finished job off the list; its file stays.
    Remove,
}
