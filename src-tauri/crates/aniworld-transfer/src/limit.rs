//! Speed limits: one for all transfers, one per host and one per transfer, all at once. Each may
//! change while transfers run. Must not know what the bytes are.
//!
//! A [`Ticket`] belongs to one connection. It takes bytes that came, and says how long to rest. Who
//! takes first is paid first, so that nobody starves; and as long as a connection takes no more than
//! a [`Ticket::slice`] at once, each one gets its even share of every limit.

mod bucket;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use self::bucket::Bucket;
pub use self::bucket::{CREDIT, MIN_SLICE_BYTES, TURN};

/// So many hosts are remembered after their last connection; only those that are in debt count on.
const IDLE_HOSTS: usize = 64;
/// Timers go no finer than this, so a shorter rest is left to the next one.
const SHORTEST_REST: Duration = Duration::from_millis(1);

/// The limits of all transfers of a program. Clones share them.
#[derive(Debug, Clone)]
pub struct Limits {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    all: Arc<Bucket>,
    hosts: Mutex<Hosts>,
    changes: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Hosts {
    limit: Option<NonZeroU64>,
    buckets: HashMap<String, Arc<Bucket>>,
}

impl Default for Limits {
    fn default() -> Self {
        let shared = Shared {
            all: Arc::default(),
            hosts: Mutex::default(),
            changes: watch::Sender::new(()),
        };
        Self {
            shared: Arc::new(shared),
        }
    }
}

impl Limits {
    /// Bytes per second for all transfers together; `None` is unlimited. Wakes those who rest.
    pub fn set_global(&self, bytes_per_s: Option<NonZeroU64>) {
        self.shared.all.set(bytes_per_s, Instant::now());
        self.shared.changes.send_replace(());
    }

    /// Bytes per second for all transfers together.
    pub fn global(&self) -> Option<NonZeroU64> {
        self.shared.all.limit()
    }

    /// Bytes per second for each host by itself, also for hosts to come; `None` is unlimited. Wakes
    /// those who rest.
    pub fn set_per_host(&self, bytes_per_s: Option<NonZeroU64>) {
        let now = Instant::now();
        let mut hosts = self.hosts();
        hosts.limit = bytes_per_s;
        for bucket in hosts.buckets.values() {
            bucket.set(bytes_per_s, now);
        }
        drop(hosts);
        self.shared.changes.send_replace(());
    }

    /// Bytes per second for each host.
    pub fn per_host(&self) -> Option<NonZeroU64> {
        self.hosts().limit
    }

    /// A ticket for one connection to `host` that works for the transfer of `item`.
    pub fn ticket(&self, host: &str, item: &ItemLimit) -> Ticket {
        let now = Instant::now();
        let buckets = [
            Arc::clone(&self.shared.all),
            self.host(host, now),
            Arc::clone(&item.item.bucket),
        ];
        for bucket in &buckets {
            bucket.join();
        }
        Ticket {
            buckets,
            marks: [0.0; 3],
            changes: self.shared.changes.subscribe(),
            item_changes: item.item.changes.subscribe(),
            _senders: (self.clone(), item.clone()),
        }
    }

    /// The bucket of a host. A host that is still in debt keeps it: a new connection pays it off.
    fn host(&self, host: &str, now: Instant) -> Arc<Bucket> {
        let mut hosts = self.hosts();
        if let Some(bucket) = hosts.buckets.get(host) {
            return Arc::clone(bucket);
        }
        if hosts.buckets.len() >= IDLE_HOSTS {
            hosts
                .buckets
                .retain(|_, bucket| Arc::strong_count(bucket) > 1 || bucket.in_debt(now));
        }
        let bucket = Arc::new(Bucket::default());
        bucket.set(hosts.limit, now);
        hosts.buckets.insert(host.to_owned(), Arc::clone(&bucket));
        bucket
    }

    fn hosts(&self) -> MutexGuard<'_, Hosts> {
        // every step leaves a whole value, so a panic elsewhere spoils nothing
        self.shared.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The limit of one transfer, over all of its connections. Clones share it.
#[derive(Debug, Clone)]
pub struct ItemLimit {
    item: Arc<Item>,
}

#[derive(Debug)]
struct Item {
    bucket: Arc<Bucket>,
    /// Whether somebody chose: then the first value of a request comes too late.
    chosen: AtomicBool,
    changes: watch::Sender<()>,
}

impl Default for ItemLimit {
    fn default() -> Self {
        let item = Item {
            bucket: Arc::default(),
            chosen: AtomicBool::new(false),
            changes: watch::Sender::new(()),
        };
        Self { item: Arc::new(item) }
    }
}

impl ItemLimit {
    /// Bytes per second for this transfer; `None` is unlimited. Wakes its connections.
    pub fn set(&self, bytes_per_s: Option<NonZeroU64>) {
        self.item.chosen.store(true, Ordering::Relaxed);
        self.put(bytes_per_s);
    }

    /// The limit that a transfer begins with, unless [`ItemLimit::set`] was called before.
    pub fn begin_with(&self, bytes_per_s: Option<NonZeroU64>) {
        if !self.item.chosen.load(Ordering::Relaxed) {
            self.put(bytes_per_s);
        }
    }

    /// Bytes per second for this transfer.
    pub fn get(&self) -> Option<NonZeroU64> {
        self.item.bucket.limit()
    }

    fn put(&self, bytes_per_s: Option<NonZeroU64>) {
        self.item.bucket.set(bytes_per_s, Instant::now());
        self.item.changes.send_replace(());
    }
}

/// The right of one connection to its share of the limits.
#[derive(Debug)]
pub struct Ticket {
    /// Of all, of the host, of the transfer.
    buckets: [Arc<Bucket>; 3],
    /// Where each bucket must have got to before this connection goes on.
    marks: [f64; 3],
    changes: watch::Receiver<()>,
    item_changes: watch::Receiver<()>,
    /// Kept, so that the end of the one does not end listening to the other.
    _senders: (Limits, ItemLimit),
}

impl Ticket {
    /// Counts bytes that came and says how long to read nothing. Without a limit it looks at three
    /// numbers and locks nothing.
    pub fn take(&mut self, bytes: usize, now: Instant) -> Duration {
        for (bucket, mark) in self.buckets.iter().zip(&mut self.marks) {
            if let Some(reached) = bucket.take(bytes, now) {
                *mark = reached;
            }
        }
        self.due(now)
    }

    /// How long to go on resting after the last [`Ticket::take`]: ask again once the limits changed.
    pub fn due(&self, now: Instant) -> Duration {
        let rests = self.buckets.iter().zip(self.marks);
        let rest = rests.map(|(bucket, mark)| bucket.rest(mark, now)).max();
        rest.filter(|rest| *rest >= SHORTEST_REST).unwrap_or_default()
    }

    /// The most bytes to take at once, `usize::MAX` without a limit: larger pieces are cut, so that
    /// a slow limit does not come in gulps and every connection gets its turn.
    pub fn slice(&self) -> usize {
        let slices = self.buckets.iter().map(|bucket| bucket.slice());
        slices.min().unwrap_or(usize::MAX)
    }

    /// Whether any limit holds now.
    pub fn is_limited(&self) -> bool {
        self.buckets.iter().any(|bucket| bucket.limit().is_some())
    }

    /// Returns once a limit that concerns this connection may have changed. Cancel-safe.
    pub async fn changed(&mut self) {
        // the senders live in `self`, so neither can fail
        let _ = tokio::select! {
            change = self.changes.changed() => change,
            change = self.item_changes.changed() => change,
        };
    }

    /// Counts bytes that came and returns once it may go on. Cancel-safe: the bytes stay counted.
    pub async fn pay(&mut self, bytes: usize) {
        let mut rest = self.take(bytes, Instant::now());
        while !rest.is_zero() {
            tokio::select! {
                () = sleep(rest) => {}
                () = self.changed() => {}
            }
            rest = self.due(Instant::now());
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        for bucket in &self.buckets {
            bucket.leave();
        }
    }
}
