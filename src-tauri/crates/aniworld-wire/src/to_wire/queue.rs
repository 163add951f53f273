//! The queue as rows, and what is asked of it.

use aniworld_services::downloads;
use aniworld_services::store::{EpisodeId, JobView, SeriesId};

use super::stamp;
use crate::queue::{JobState, QueueAdded, QueueCounts, QueueFilter, QueueRow, Selection};

impl From<&JobView> for QueueRow {
    fn from(job: &JobView) -> Self {
        Self {
            id: job.id.0,
            progress_id: job.progress_id.clone(),
            state: job.state.into(),
            series_id: job.series.map(|series| series.0),
            series: job.label.series.clone(),
            season: job.label.season,
            number: job.label.number.to_string(),
            title: job.label.title.clone(),
            source: job.source.clone(),
            bytes: job.bytes,
            total: job.total,
            error: job.failure.as_ref().map(Into::into),
            added_at: stamp(job.added_at),
            finished_at: job.finished_at.map(stamp),
        }
    }
}

impl From<downloads::JobState> for JobState {
    fn from(state: downloads::JobState) -> Self {
        match state {
            downloads::JobState::Queued => Self::Queued,
            downloads::JobState::Starting => Self::Starting,
            downloads::JobState::Downloading => Self::Downloading,
            downloads::JobState::Paused => Self::Paused,
            downloads::JobState::Waiting => Self::Waiting,
            downloads::JobState::Verifying => Self::Verifying,
            downloads::JobState::Processing => Self::Processing,
            downloads::JobState::Moving => Self::Moving,
            downloads::JobState::Completed => Self::Completed,
            downloads::JobState::Failed => Self::Failed,
            downloads::JobState::Cancelled => Self::Cancelled,
            downloads::JobState::Skipped => Self::Skipped,
        }
    }
}

impl JobState {
    /// Whether the queue still has something to do for it.
    pub fn is_unfinished(self) -> bool {
        match self {
            Self::Queued
            | Self::Starting
            | Self::Downloading
            | Self::Paused
            | Self::Waiting
            | Self::Verifying
            | Self::Processing
            | Self::Moving => true,
            Self::Completed | Self::Failed | Self::Cancelled | Self::Skipped => false,
        }
    }
}

impl From<downloads::QueueStatus> for QueueCounts {
    fn from(status: downloads::QueueStatus) -> Self {
        Self {
            pending: status.pending,
            active: status.active,
            completed: status.completed,
            failed: status.failed,
        }
    }
}

impl From<downloads::Added> for QueueAdded {
    fn from(added: downloads::Added) -> Self {
        Self {
            added: added.added,
            already_queued: added.already_queued,
            bytes: added.bytes,
        }
    }
}

impl From<QueueFilter> for downloads::QueueFilter {
    fn from(filter: QueueFilter) -> Self {
        match filter {
            QueueFilter::All => Self::All,
            QueueFilter::Active => Self::Active,
            QueueFilter::Completed => Self::Completed,
            QueueFilter::Failed => Self::Failed,
        }
    }
}

impl From<&Selection> for downloads::Selection {
    fn from(selection: &Selection) -> Self {
        match *selection {
            Selection::Episode { id } => Self::Episode(EpisodeId(id)),
            Selection::Season { series, season } => Self::Season(SeriesId(series), season),
            Selection::Series { series } => Self::Series(SeriesId(series)),
            Selection::All => Self::All,
        }
    }
}
