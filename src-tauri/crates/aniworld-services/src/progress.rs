//! `ProgressService`: the single source of truth for all progress.

mod board;
mod service;
mod types;

pub use service::{Handled, ProgressService, SubscriptionId};
pub use types::{
    Action, Delivery, Metadata, Progress, ProgressError, ProgressEvent, ProgressStatus, ProgressType,
    ProgressUpdate, Significance, Snapshot,
};
