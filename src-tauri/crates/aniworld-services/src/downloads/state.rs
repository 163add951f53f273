//! The states of a job, and which may follow which.

use serde::{Deserialize, Serialize};

/// The states of a job.
///
/// | from | to |
/// |---|---|
/// | queued | starting, paused, cancelled |
/// | starting, downloading, waiting, verifying, processing, moving | any of these but starting; paused; queued (the program ends); completed, skipped, failed, cancelled |
/// | paused | queued; cancelled |
/// | completed, skipped | - |
/// | failed, cancelled | queued (tried again) |
///
/// Two more from queued and paused, only while the transfer that was told to stop has not stopped yet: to
/// completed or skipped where its last byte came first, and to failed where it failed first.
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

impl JobState {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Queued,
        Self::Starting,
        Self::Downloading,
        Self::Paused,
        Self::Waiting,
        Self::Verifying,
        Self::Processing,
        Self::Moving,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Skipped,
    ];

    /// The name in the store and on the wire: `queued`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Starting => "starting",
            Self::Downloading => "downloading",
            Self::Paused => "paused",
            Self::Waiting => "waiting",
            Self::Verifying => "verifying",
            Self::Processing => "processing",
            Self::Moving => "moving",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
        }
    }

    /// Whether a job in this state holds a slot.
    pub fn is_active(self) -> bool {
        matches!(
            self,
            Self::Starting
                | Self::Downloading
                | Self::Waiting
                | Self::Verifying
                | Self::Processing
                | Self::Moving
        )
    }

    /// Whether a job in this state has ended.
    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Failed | Self::Cancelled | Self::Skipped
        )
    }

    /// Whether `next` may follow; `stopping` says that a transfer of the job has not stopped yet.
    pub fn may_become(self, next: Self, stopping: bool) -> bool {
        match self {
            Self::Queued | Self::Paused if stopping && next.is_terminal() => true,
            Self::Queued => matches!(next, Self::Starting | Self::Paused | Self::Cancelled),
            Self::Paused => matches!(next, Self::Queued | Self::Cancelled),
            Self::Failed | Self::Cancelled => next == Self::Queued,
            Self::Completed | Self::Skipped => false,
            Self::Starting
            | Self::Downloading
            | Self::Waiting
            | Self::Verifying
            | Self::Processing
            | Self::Moving => next != Self::Starting,
        }
    }
}
