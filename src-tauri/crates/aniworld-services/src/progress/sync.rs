//! What the service is synchronised with, in one place, so that a model checker can take its place.
//!
//! With the feature `model` a lock, an atomic, a wake-up and a task are points at which the checker
//! chooses who goes on; the code around them is the same, see `tests/progress_model`. Nobody else turns
//! that feature on: outside the checker such a service does not run.

#[cfg(feature = "model")]
mod modelled;
#[cfg(feature = "model")]
pub use modelled::lose_wake_ups;
#[cfg(feature = "model")]
pub(super) use modelled::{AtomicBool, AtomicU64, Handle, Mutex, MutexGuard, Notify, give_way, rest};

#[cfg(not(feature = "model"))]
pub(super) use std::sync::atomic::{AtomicBool, AtomicU64};
#[cfg(not(feature = "model"))]
pub(super) use std::sync::{Mutex, MutexGuard};
#[cfg(not(feature = "model"))]
pub(super) use tokio::{runtime::Handle, sync::Notify, task::consume_budget as give_way};

/// Waits for a wake-up, or for this time.
#[cfg(not(feature = "model"))]
pub(super) async fn rest(wake: &Notify, time: std::time::Duration) {
    // both ends are the same to whoever rested
    let _ = tokio::time::timeout(time, wake.notified()).await;
}
