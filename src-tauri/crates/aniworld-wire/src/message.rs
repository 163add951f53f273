//! The progress message, and the frame in which a window receives it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// One progress message. The field names are fixed; fields may be added, none removed or renamed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Message {
    /// `<progress type>_progress`, such as `download_progress`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The operation.
    pub data: MessageData,
}

/// One operation as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessageData {
    /// The id, such as `download_naruto_1_1`. Looked up, never parsed.
    pub id: String,
    /// The kind of operation.
    #[serde(rename = "type")]
    pub kind: ProgressKind,
    /// Its status.
    pub status: ProgressState,
    /// English, for terminal and logs.
    pub title: String,
    /// English, for terminal and logs.
    pub message: String,
    /// 0 to 100; null when the total is unknown. Of the queue it counts what `metadata.unit` says: `bytes` or `items`.
    pub percent: Option<f64>,
    /// Bytes (download), directories (scan) or items (queue).
    pub current: u64,
    /// In the same unit; null when unknown.
    pub total: Option<u64>,
    /// Keys with a fixed meaning: `phase, reason, until, speed_bytes_per_s, eta_s, attempt,
    /// error_code, action, queue_status, serie_folder, series, season, episode, job, host, limited_by, unit, items,
    /// scope, activities, bottleneck`.
    #[ts(type = "Record<string, unknown>")]
    pub metadata: BTreeMap<String, Value>,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// RFC 3339, UTC.
    pub updated_at: String,
}

/// The kinds of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum ProgressKind {
    Download,
    Scan,
    Queue,
    System,
    Error,
}

/// The statuses of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum ProgressState {
    Started,
    InProgress,
    Paused,
    Waiting,
    Completed,
    Failed,
    Cancelled,
}

/// A message with the room it was sent to and its place in the order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RoomMessage {
    /// `downloads`, `scan`, `queue`, `system`, `errors`.
    pub room: String,
    /// Rises with every event of the service; has gaps, because samples are coalesced.
    pub seq: u64,
    /// The message.
    #[serde(flatten)]
    pub message: Message,
}

/// The one event that a window receives (`progress-frame`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Frame {
    /// Changes when the source of progress was replaced: everything known is stale then.
    pub epoch: u64,
    /// Counts +1 per window and epoch. A jump means a lost frame: join again.
    pub frame: u64,
    /// The messages, in order.
    pub messages: Vec<RoomMessage>,
}

/// What a window asks for when it joins.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct JoinRequest {
    /// Rooms: `downloads scan queue system errors`, `series:<folder>`, `progress:<id>`, `type:<kind>`.
    pub rooms: Vec<String>,
    /// A name for this union of rooms; joining under the same name replaces it. Default `main`.
    #[serde(default)]
    #[ts(optional)]
    pub name: Option<String>,
    /// Leaves all other unions first: this one is the only one then. Default false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub replace: bool,
}

/// The snapshot that answers a join. Frames up to and including `frame` are contained in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct JoinAnswer {
    /// The epoch of the snapshot.
    pub epoch: u64,
    /// The last frame that this snapshot contains.
    pub frame: u64,
    /// All operations of the rooms, active ones first, and the recent past.
    pub messages: Vec<RoomMessage>,
}
