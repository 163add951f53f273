//! What the service is synchronised with, in one place.

pub(super) use std::sync::atomic::{AtomicBool, AtomicU64};
pub(super) use std::sync::{Mutex, MutexGuard};
pub(super) use tokio::{runtime::Handle, sync::Notify, task::consume_budget as give_way};

/// Waits for a wake-up, or for this time.
pub(super) async fn rest(wake: &Notify, time: std::time::Duration) {
    // both ends are the same to whoever rested
    let _ = tokio::time::timeout(time, wake.notified()).await;
}
