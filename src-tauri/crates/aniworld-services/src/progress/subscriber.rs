//! One subscriber: its task, its failures, its end.
//!
//! The task takes what waits in the mailbox and gives it to its handler, one delivery after the other.
//! What a handler does (fail, panic, take its time) stays in this task.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::board::Key;
use super::mailbox::Mailbox;
use super::room::EventName;
use super::service::Shared;
use super::sync::{AtomicBool, AtomicU64, Notify, give_way, rest};
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
/// How many deliveries a task takes at most under one lock. Only from a handler that never has to wait:
/// what a slow one would hold in its hand grows old.
const HAND_LIMIT: usize = 32;
/// A task that has handled so many deliveries, or all, rests before it looks for further samples. State changes
/// wake it. Without a rest each sample of a fast source would wake each subscriber, and a wake-up costs more
/// than everything else about a sample.
const REST_AFTER: usize = 256;
const REST: Duration = Duration::from_millis(2);

/// What the service knows of a subscriber.
#[derive(Debug)]
pub(super) struct Subscriber {
    pub(super) name: EventName,
    pub(super) mailbox: Mailbox,
    pub(super) must_stay: bool,
    /// Its task rests: it looks for samples by itself, and is woken for everything else.
    pub(super) rests: bool,
    pub(super) station: Arc<Station>,
}

/// Where the service and the task of a subscriber meet without a lock.
#[derive(Debug)]
pub(super) struct Station {
    wake: Notify,
    /// How far the handler has come, as a place of the mailbox. Written by the task only.
    place: AtomicU64,
    /// Up to which place somebody waits for it: no rest before.
    awaited: AtomicU64,
    /// The subscription was given up.
    gone: AtomicBool,
    /// One of the two above changed.
    moved: Notify,
}

impl Subscriber {
    pub(super) fn new(name: EventName) -> Self {
        let station = Station {
            wake: Notify::new(),
            place: AtomicU64::new(0),
            awaited: AtomicU64::new(0),
            gone: AtomicBool::new(false),
            moved: Notify::new(),
        };
        Self {
            name,
            mailbox: Mailbox::default(),
            must_stay: false,
            rests: false,
            station: Arc::new(station),
        }
    }

    pub(super) fn offer(&mut self, key: Key, event: &ProgressEvent) {
        if !self.name.covers(&event.progress) {
            return;
        }
        let was_empty = self.mailbox.offer(key, event);
        if self.rests {
            if self.mailbox.holds_changes() {
                self.wake();
            }
        } else if was_empty {
            self.wake();
        }
    }

    /// The place behind everything that waits now. The task does not rest before it has come there.
    pub(super) fn hurry(&mut self) -> u64 {
        let end = self.mailbox.end();
        self.station.awaited.fetch_max(end, Ordering::SeqCst);
        if self.rests {
            self.wake();
        }
        end
    }

    /// Whether the task may rest now; if so it counts as resting.
    pub(super) fn may_rest(&mut self) -> bool {
        let station = &self.station;
        let is_awaited = station.awaited.load(Ordering::SeqCst) > station.place.load(Ordering::SeqCst);
        self.rests = !is_awaited && !self.mailbox.holds_changes();
        self.rests
    }

    fn wake(&mut self) {
        self.rests = false;
        self.station.wake.notify_one();
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.station.gone.store(true, Ordering::SeqCst);
        // the task ends, and whoever waits for it
        self.station.wake.notify_one();
        self.station.moved.notify_waiters();
    }
}

impl Station {
    /// Says that everything before this place has been handled.
    pub(super) fn arrive(&self, place: u64) {
        self.place.store(place, Ordering::SeqCst);
        self.moved.notify_waiters();
    }

    /// Returns once everything before this place has been handled, or nothing will be any more.
    pub(super) async fn reached(&self, place: u64) {
        loop {
            // from here on no move is missed
            let moved = self.moved.notified();
            if self.place.load(Ordering::SeqCst) >= place || self.is_gone() {
                return;
            }
            moved.await;
        }
    }

    fn is_gone(&self) -> bool {
        self.gone.load(Ordering::SeqCst)
    }
}

/// What the task does next.
pub(super) enum Next {
    /// Nothing waits.
    Idle,
    /// Handle what was taken.
    Deliver,
    /// The subscription was given up.
    Gone,
}

/// A delivery, with the place that is reached when it has been handled.
pub(super) type Taken = (u64, Delivery);

/// The task of one subscriber. Ends with its subscription or with the service.
pub(super) async fn work(service: Weak<Shared>, id: SubscriptionId, station: Arc<Station>, handler: Handler) {
    let mut hand: Vec<Taken> = Vec::new();
    let (mut limit, mut since_rest) = (1, 0);
    let mut failures = 0;
    loop {
        let next = service
            .upgrade()
            .map_or(Next::Gone, |service| service.take(id, limit, &mut hand));
        let is_idle = match next {
            Next::Gone => return,
            Next::Idle => true,
            Next::Deliver => false,
        };
        since_rest += hand.len();
        limit = (limit * 2).min(HAND_LIMIT);
        for (place, delivery) in hand.drain(..) {
            if station.is_gone() {
                return;
            }
            let (outcome, has_waited) = guarded(&handler, delivery).await;
            if has_waited {
                limit = 1;
            }
            let Err(failure) = outcome else {
                failures = 0;
                station.arrive(place);
                continue;
            };
            failures += 1;
            let begins_anew = fail(&service, id, failures, &failure).await;
            if !begins_anew || failures >= FAILURES_LIMIT {
                station.arrive(place);
            }
            // else it comes there with the snapshot; one that keeps failing holds nobody up
            if begins_anew {
                // the rest is older than the snapshot that comes next
                break;
            }
        }
        if is_idle && since_rest == 0 {
            station.wake.notified().await;
        } else if (is_idle || since_rest >= REST_AFTER) && may_rest(&service, id) {
            since_rest = 0;
            rest(&station.wake, REST).await;
        } else {
            give_way().await;
        }
    }
}

fn may_rest(service: &Weak<Shared>, id: SubscriptionId) -> bool {
    service.upgrade().is_some_and(|service| service.may_rest(id))
}

/// Reports a failure. `true` if the subscriber is to begin anew, after a pause.
async fn fail(service: &Weak<Shared>, id: SubscriptionId, failures: u32, failure: &str) -> bool {
    tracing::warn!(subscription = id.0, failures, %failure, "a progress handler failed");
    let Some(shared) = service.upgrade() else {
        return false;
    };
    if !shared.failed(id, failures, failure) {
        return false;
    }
    let pause = RESTART_PAUSE.saturating_mul(1 << failures.min(16));
    let pause = shared.sleep(pause.min(RESTART_PAUSE_MAX));
    // a task that waits keeps no service alive
    drop(shared);
    pause.await;
    if let Some(shared) = service.upgrade() {
        shared.restart(id);
    }
    true
}

/// Runs a handler; the second value says whether it had to wait for something.
async fn guarded(handler: &Handler, delivery: Delivery) -> (Result<(), String>, bool) {
    // the call itself may panic before there is a future
    let handling = AssertUnwindSafe(async { handler(delivery).await }).catch_unwind();
    let mut handling = pin!(handling);
    let mut has_waited = false;
    let outcome = std::future::poll_fn(|context| {
        let poll = handling.as_mut().poll(context);
        has_waited |= poll.is_pending();
        poll
    })
    .await;
    let outcome = match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(format!("panic: {}", panic_text(&*panic))),
    };
    (outcome, has_waited)
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text")
}
