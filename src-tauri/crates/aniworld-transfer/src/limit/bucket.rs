//! One token bucket, as two running totals: the bytes that were taken, and the bytes that time has
//! paid for. Who took up to a mark goes on once the payments reach it. Pure: the time is passed in.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// An idle time earns at most so much of a limit: enough to make up for a timer that was late.
pub const CREDIT: Duration = Duration::from_millis(100);
/// In so much time every connection of a limit has its turn.
pub const TURN: Duration = Duration::from_millis(150);
/// No slice is smaller: many tiny writes would cost more than an uneven moment.
pub const MIN_SLICE_BYTES: usize = 1024;
/// The longest rest that is told: a limit of one byte a second is no reason to overflow a clock.
const LONGEST_REST: Duration = Duration::from_hours(1);

/// A limit and what was taken under it. Without a limit it costs one load of an atomic.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// Bytes per second, 0 for none. Written under the lock of `totals`.
    rate: AtomicU64,
    /// The connections that share it.
    tickets: AtomicUsize,
    totals: Mutex<Totals>,
}

/// In bytes since the bucket was made. An `f64` counts them exactly up to 2^53.
#[derive(Debug, Default)]
struct Totals {
    taken: f64,
    paid: f64,
    /// When `paid` was right; `None` without a limit.
    at: Option<Instant>,
}

impl Totals {
    /// Pays for the time until `now`, with at most [`CREDIT`] in advance.
    fn settle(&mut self, rate: u64, now: Instant) {
        let Some(at) = self.at.filter(|_| rate > 0) else {
            return;
        };
        // another thread may have looked at the clock a little later
        let time = now.saturating_duration_since(at).as_secs_f64();
        let most = self.taken + bytes_in(rate, CREDIT);
        self.paid = (self.paid + time * rate as f64).min(most);
        self.at = Some(at.max(now));
    }
}

impl Bucket {
    /// Sets or lifts the limit. What is owed is paid at the new pace, and in no more time than it would
    /// have taken: a limit that falls must not make a long silence. Without a limit nothing is owed.
    pub(super) fn set(&self, bytes_per_s: Option<NonZeroU64>, now: Instant) {
        let mut totals = self.totals();
        let (old, new) = (self.rate(), bytes_per_s.map_or(0, NonZeroU64::get));
        totals.settle(old, now);
        let owed = if old == 0 {
            0.0
        } else {
            // below zero it is credit, which shrinks alike
            (totals.taken - totals.paid) * (new as f64 / old as f64).min(1.0)
        };
        totals.paid = totals.taken - owed;
        totals.at = bytes_per_s.map(|_| now);
        self.rate.store(new, Ordering::Relaxed);
    }

    pub(super) fn limit(&self) -> Option<NonZeroU64> {
        NonZeroU64::new(self.rate())
    }

    /// A connection begins to share the limit.
    pub(super) fn join(&self) {
        self.tickets.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection ends.
    pub(super) fn leave(&self) {
        self.tickets.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts bytes. Returns the mark that the payments must reach before their taker goes on;
    /// `None` where no limit is set.
    pub(super) fn take(&self, bytes: usize, now: Instant) -> Option<f64> {
        self.limit()?;
        let mut totals = self.totals();
        totals.settle(self.rate(), now);
        totals.taken += bytes as f64;
        Some(totals.taken)
    }

    /// How long until the payments reach a mark.
    pub(super) fn rest(&self, mark: f64, now: Instant) -> Duration {
        if self.limit().is_none() {
            return Duration::ZERO;
        }
        let mut totals = self.totals();
        let rate = self.rate();
        totals.settle(rate, now);
        let owed = mark - totals.paid;
        if owed <= 0.0 || rate == 0 {
            return Duration::ZERO;
        }
        let rest = owed / rate as f64;
        Duration::try_from_secs_f64(rest).map_or(LONGEST_REST, |rest| rest.min(LONGEST_REST))
    }

    /// Whether more was taken than time has paid for.
    pub(super) fn in_debt(&self, now: Instant) -> bool {
        let mut totals = self.totals();
        totals.settle(self.rate(), now);
        totals.paid < totals.taken
    }

    /// The even share of one connection in a turn.
    pub(super) fn slice(&self) -> usize {
        let Some(limit) = self.limit() else {
            return usize::MAX;
        };
        let sharers = self.tickets.load(Ordering::Relaxed).max(1);
        let turn = u128::from(limit.get()) * TURN.as_millis() / 1_000;
        let turn = usize::try_from(turn).unwrap_or(usize::MAX);
        (turn / sharers).max(MIN_SLICE_BYTES)
    }

    fn rate(&self) -> u64 {
        self.rate.load(Ordering::Relaxed)
    }

    fn totals(&self) -> MutexGuard<'_, Totals> {
        // every step leaves whole totals, so a panic elsewhere spoils nothing
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bytes_in(rate: u64, time: Duration) -> f64 {
    rate as f64 * time.as_secs_f64()
}
