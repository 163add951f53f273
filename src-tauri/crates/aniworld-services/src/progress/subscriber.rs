//! One subscriber: its task, its failures, its end.
//!
//! The task takes one delivery after the other from the mailbox and waits for its handler. What a
//! handler does (fail, panic, take its time) stays in this task.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::{Notify, watch};

use super::mailbox::Mailbox;
use super::room::EventName;
use super::service::Shared;
use super::{Delivery, ProgressEvent};

/// A subscription, to give it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(pub(super) u64);

/// What a handler may return: nothing, or an error that is reported.
pub type Handled = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// A handler, whatever it was made of.
pub(super) type Handler = Box<dyn Fn(Delivery) -> BoxFuture<'static, Handled> + Send + Sync>;

/// After so many failures in a row a subscriber is reported, and detached unless it must stay.
pub(super) const FAILURES_LIMIT: u32 = 10;
/// The pause before a subscriber that must stay is given a snapshot to begin anew with; it doubles per failure.
const RESTART_PAUSE: Duration = Duration::from_millis(50);
/// The longest such pause.
const RESTART_PAUSE_MAX: Duration = Duration::from_secs(10);

/// What the service knows of a subscriber.
#[derive(Debug)]
pub(super) struct Subscriber {
    pub(super) name: EventName,
    pub(super) mailbox: Mailbox,
    pub(super) must_stay: bool,
    /// How far the handler has come, as a place of the mailbox.
    pub(super) done: watch::Sender<u64>,
    wake: Arc<Notify>,
}

impl Subscriber {
    pub(super) fn new(name: EventName) -> Self {
        Self {
            name,
            mailbox: Mailbox::default(),
            must_stay: false,
            done: watch::Sender::new(0),
            wake: Arc::new(Notify::new()),
        }
    }

    pub(super) fn waker(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    pub(super) fn offer(&mut self, event: &ProgressEvent) {
        if self.name.covers(&event.progress) && self.mailbox.offer(event) {
            self.wake.notify_one();
        }
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        // the task looks for its subscriber, finds none and ends
        self.wake.notify_one();
    }
}

/// What the task does next.
pub(super) enum Next {
    /// Nothing waits.
    Idle,
    /// Handle this; the number is the place that is done then.
    Deliver(u64, Delivery),
    /// The subscription was given up.
    Gone,
}

/// The task of one subscriber. Ends with its subscription or with the service.
pub(super) async fn work(service: Weak<Shared>, id: SubscriptionId, wake: Arc<Notify>, handler: Handler) {
    let mut failures = 0;
    loop {
        let next = service
            .upgrade()
            .map_or(Next::Gone, |service| service.next_for(id));
        let (place, delivery) = match next {
            Next::Gone => return,
            Next::Idle => {
                wake.notified().await;
                continue;
            }
            Next::Deliver(place, delivery) => (place, delivery),
        };
        let outcome = guarded(&handler, delivery).await;
        let Some(shared) = service.upgrade() else { return };
        let Err(failure) = outcome else {
            failures = 0;
            shared.done(id, place);
            continue;
        };
        failures += 1;
        tracing::warn!(subscription = id.0, failures, %failure, "a progress handler failed");
        let restart = shared.failed(id, failures, &failure).then(|| {
            let pause = RESTART_PAUSE.saturating_mul(1 << failures.min(16));
            shared.sleep(pause.min(RESTART_PAUSE_MAX))
        });
        drop(shared);
        if let Some(pause) = restart {
            pause.await;
            if let Some(shared) = service.upgrade() {
                shared.restart(id);
            }
        }
        if let Some(shared) = service.upgrade() {
            shared.done(id, place);
        }
    }
}

async fn guarded(handler: &Handler, delivery: Delivery) -> Result<(), String> {
    // the call itself may panic before there is a future
    let outcome = AssertUnwindSafe(async { handler(delivery).await })
        .catch_unwind()
        .await;
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(format!("panic: {}", panic_text(&*panic))),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text")
}
