//! `ProgressService`: the single source of truth for all progress.
//!
//! [`Board`] is the one reducer, without I/O; [`ProgressService`] puts it behind a lock, gives it the
//! time and hands its events to subscribers, each with a bounded mailbox and a task of its own.

mod board;
mod clock;
pub mod ids;
pub mod journal;
pub mod keys;
mod mailbox;
mod percent;
mod rate;
mod room;
mod service;
mod subscriber;
mod sync;
mod types;

pub use board::{Applied, Board};
#[cfg(any(test, feature = "test-support"))]
pub use clock::ManualClock;
pub use clock::{Clock, Moment, SystemClock};
pub use ids::{DOWNLOAD_QUEUE, LIBRARY_SCAN, SYSTEM_APP, download_id, error_id, system_id};
pub use journal::{Decision, Journal, JournalEntry, Note};
pub use percent::Percent;
pub use room::{Room, UnknownRoom};
pub use service::ProgressService;
pub use subscriber::{Handled, SubscriptionId};
#[cfg(feature = "model")]
pub use sync::lose_wake_ups;
pub use types::{
    Action, Delivery, Listeners, Metadata, Progress, ProgressError, ProgressEvent, ProgressStatus,
    ProgressType, ProgressUpdate, Significance, Snapshot, Start, Update,
};
