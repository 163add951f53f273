//! The words of progress: types, statuses, operations, updates, events.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The kinds of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgressType {
    /// One episode's download.
    Download,
    /// A library scan.
    Scan,
    /// The download queue.
    Queue,
    /// Something about the program itself.
    System,
    /// A failure without an operation.
    Error,
}

/// The statuses of an operation. The last three are terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgressStatus {
    /// It began; nothing is done yet.
    Started,
    /// It is being done; `metadata.phase` says what.
    InProgress,
    /// The user paused it.
    Paused,
    /// It waits; `metadata.reason` and `metadata.until` say for what.
    Waiting,
    /// Done.
    Completed,
    /// Ended without a result; `metadata.error_code` says why.
    Failed,
    /// Given up by the user.
    Cancelled,
}

impl ProgressType {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Download, Self::Scan, Self::Queue, Self::System, Self::Error];

    /// The name on the wire: `download`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Scan => "scan",
            Self::Queue => "queue",
            Self::System => "system",
            Self::Error => "error",
        }
    }

    /// The type of its messages: `download_progress`. Also an event name to subscribe to.
    pub fn event_type(self) -> &'static str {
        match self {
            Self::Download => "download_progress",
            Self::Scan => "scan_progress",
            Self::Queue => "queue_progress",
            Self::System => "system_progress",
            Self::Error => "error_progress",
        }
    }

    /// The default room of its messages: `downloads`. `room:<name>` is an event name to subscribe to.
    pub fn room(self) -> &'static str {
        match self {
            Self::Download => "downloads",
            Self::Scan => "scan",
            Self::Queue => "queue",
            Self::System => "system",
            Self::Error => "errors",
        }
    }
}

impl ProgressStatus {
    /// Whether nothing can follow in this attempt.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// Free data of an operation, with fixed meanings for some keys (see the wire's `MessageData`).
pub type Metadata = BTreeMap<String, Value>;

/// One operation as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Progress {
    /// Unique among operations; a free text, looked up and never parsed.
    pub id: String,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: ProgressType,
    /// Its status.
    pub status: ProgressStatus,
    /// English, for terminal and logs.
    pub title: String,
    /// English, for terminal and logs.
    pub message: String,
    /// 0 to 100; `None` when the total is unknown. Never falls within an attempt of a download with a known total.
    pub percent: Option<f64>,
    /// Bytes, directories or items.
    pub current: u64,
    /// In the same unit.
    pub total: Option<u64>,
    /// More about it.
    pub metadata: Metadata,
    /// When this attempt began.
    pub started_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Whether an event may be coalesced with the next one of its operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Significance {
    /// Only figures changed.
    Sample,
    /// The status, the phase or the reason changed, or `force_broadcast` was set. Never coalesced.
    StateChange,
}

/// What subscribers receive.
#[derive(Debug, Clone)]
pub struct ProgressEvent {
    /// `download_progress`, ...
    pub event_type: &'static str,
    /// The operation after the change.
    pub progress: Arc<Progress>,
    /// The default room: `downloads`, ...
    pub room: &'static str,
    /// Rises with every event.
    pub seq: u64,
    /// Sample or state change.
    pub significance: Significance,
}

/// Everything known at one instant.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The last event that is contained.
    pub seq: u64,
    /// Operations that are not terminal, oldest first.
    pub active: Vec<Arc<Progress>>,
    /// Terminal operations, newest first, bounded.
    pub past: Vec<Arc<Progress>>,
}

/// What a mailbox hands to its handler.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// One event.
    Event(ProgressEvent),
    /// The mailbox overflowed: everything before is replaced by this.
    Resync(Snapshot),
}

/// How those who listen to progress are doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listeners {
    /// Subscriptions now.
    pub subscribers: u64,
    /// Subscribers that failed so often that they were detached, since the start.
    pub detached: u64,
    /// Snapshots handed out in place of a backlog, since the start.
    pub resyncs: u64,
}

/// A change to one operation: the one door to the board.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgressUpdate {
    /// The operation.
    pub id: String,
    /// What happens to it.
    pub action: Action,
    /// Merged into the metadata; a `null` removes its key.
    pub metadata: Metadata,
    /// Treat as a state change: never coalesced, flushes the frame.
    pub force_broadcast: bool,
}

impl ProgressUpdate {
    /// An update without metadata.
    pub fn new(id: impl Into<String>, action: Action) -> Self {
        Self {
            id: id.into(),
            action,
            metadata: Metadata::new(),
            force_broadcast: false,
        }
    }

    /// The same with one more key in the metadata; `Value::Null` removes the key from the operation.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.to_owned(), value.into());
        self
    }

    /// The same as a state change: never coalesced, flushes the frame.
    #[must_use]
    pub fn forced(mut self) -> Self {
        self.force_broadcast = true;
        self
    }
}

/// What happens to an operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Begins it, or a new attempt when it is terminal.
    Start {
        /// Its kind.
        kind: ProgressType,
        /// The title.
        title: String,
        /// The message.
        message: String,
        /// How much of it is done already.
        current: u64,
        /// How much there is.
        total: Option<u64>,
    },
    /// New figures; the status becomes `in_progress`.
    Advance {
        /// Done so far.
        current: u64,
        /// How much there is.
        total: Option<u64>,
        /// A new message, or the old one.
        message: Option<String>,
    },
    /// A new state that is not terminal: `InProgress` (with `metadata.phase`), `Paused`, `Waiting`.
    State {
        /// Which.
        status: ProgressStatus,
        /// A new message, or the old one.
        message: Option<String>,
    },
    /// Ends it well.
    Complete {
        /// The message.
        message: String,
    },
    /// Ends it badly.
    Fail {
        /// What happened.
        message: String,
    },
    /// Ends it by the user's will.
    Cancel {
        /// The message.
        message: String,
    },
}

/// What [`crate::ProgressService::start_progress_with`] takes beyond id, type and title.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Start {
    /// The message.
    pub message: String,
    /// How much of it is done already.
    pub current: u64,
    /// How much there is, where known.
    pub total: Option<u64>,
    /// The metadata to begin with.
    pub metadata: Metadata,
}

/// What [`crate::ProgressService::update_progress`] changes; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Update {
    /// Done so far.
    pub current: Option<u64>,
    /// How much there is.
    pub total: Option<u64>,
    /// `InProgress`, `Paused` or `Waiting`. Left out, figures make it `InProgress`.
    pub status: Option<ProgressStatus>,
    /// The message.
    pub message: Option<String>,
    /// Merged into the metadata; a `null` removes its key.
    pub metadata: Metadata,
    /// Treat as a state change: never coalesced, flushes the frame.
    pub force_broadcast: bool,
}

/// An update that the board refuses. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgressError {
    /// Updates need a start first.
    #[error("no operation has the id {0:?}")]
    Unknown(String),
    /// Only a terminal operation can start again.
    #[error("the operation {0:?} is already running")]
    AlreadyActive(String),
    /// A late update: the operation is terminal. Counted, and otherwise harmless.
    #[error("the operation {0:?} has ended")]
    Ended(String),
    /// A terminal status in `Action::State`, or a start as another kind.
    #[error("the operation {id:?} cannot change like this: {detail}")]
    Illegal {
        /// The operation.
        id: String,
        /// What was tried.
        detail: String,
    },
}
