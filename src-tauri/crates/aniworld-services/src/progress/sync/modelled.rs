//! The primitives under the model checker.
//!
//! Lock and atomics are the checker's. `Notify` is tokio's own: it knows no runtime, and under the checker
//! one thread runs at a time, so each of its operations is one step. What the checker has to be given is the
//! choice before each of them.

use std::cell::Cell;
use std::sync::atomic::Ordering;
use std::time::Duration;

pub(in crate::progress) use shuttle::sync::atomic::{AtomicBool, AtomicU64};
pub(in crate::progress) use shuttle::sync::{Mutex, MutexGuard};
use tokio::sync::futures::Notified;

thread_local! {
    // all tasks of one check run on the thread that checks
    static LOSES_WAKE_UPS: Cell<bool> = const { Cell::new(false) };
}

/// Breaks the wake-ups of all checks on this thread: one that comes before anybody waits for it is lost.
/// Shows that the checks would find a service that relies on luck.
pub fn lose_wake_ups(lost: bool) {
    LOSES_WAKE_UPS.set(lost);
}

/// Where tasks run: the checker runs them.
#[derive(Debug, Clone)]
pub(in crate::progress) struct Handle;

impl Handle {
    pub(in crate::progress) fn current() -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "the words of the runtime that it stands for")]
    pub(in crate::progress) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        drop(shuttle::future::spawn(task));
    }
}

/// `tokio::sync::Notify`, with a choice of who goes on before each of its steps.
#[derive(Debug)]
pub(in crate::progress) struct Notify(tokio::sync::Notify);

impl Notify {
    pub(in crate::progress) fn new() -> Self {
        Self(tokio::sync::Notify::new())
    }

    pub(in crate::progress) fn notify_one(&self) {
        choose();
        if LOSES_WAKE_UPS.get() {
            return self.0.notify_waiters();
        }
        self.0.notify_one();
    }

    pub(in crate::progress) fn notify_waiters(&self) {
        choose();
        self.0.notify_waiters();
    }

    pub(in crate::progress) fn notified(&self) -> Notified<'_> {
        choose();
        self.0.notified()
    }
}

pub(in crate::progress) async fn give_way() {
    shuttle::future::yield_now().await;
}

/// The time never passes: what nobody wakes a task for must be able to wait.
pub(in crate::progress) async fn rest(wake: &Notify, _time: Duration) {
    wake.notified().await;
}

/// A step that does nothing, before which anybody else may go on.
fn choose() {
    AtomicBool::new(false).load(Ordering::SeqCst);
}
