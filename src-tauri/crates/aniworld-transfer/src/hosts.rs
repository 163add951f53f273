//! What hosts tolerate: how many connections they may have at once, and what was learned about that.
//!
//! Shared by all transfers of an engine. Must not know what is fetched.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::TransferError;

/// Hosts that are remembered; the one that was asked longest ago is forgotten first.
const MAX_HOSTS: usize = 1024;
/// What a host did not tolerate is believed for so long.
const REMEMBER: Duration = Duration::from_mins(30);

/// All hosts.
#[derive(Debug, Clone)]
pub(crate) struct Hosts {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    cap: AtomicUsize,
    hosts: Mutex<HashMap<String, Host>>,
    changed: Notify,
}

#[derive(Debug)]
struct Host {
    connections: usize,
    /// Transfers that wait for their first connection.
    waiting: usize,
    /// No more than so many, since then.
    tolerated: Option<(usize, Instant)>,
    /// So many helped last time.
    helped: usize,
    asked: Instant,
}

/// One transfer's stay at a host: holds at least one connection, until it is dropped.
#[derive(Debug)]
pub(crate) struct Visit {
    shared: Arc<Shared>,
    host: String,
    connections: usize,
}

impl Hosts {
    /// At most `cap` connections to one host at once.
    pub(crate) fn new(cap: u8) -> Self {
        Self {
            shared: Arc::new(Shared {
                cap: AtomicUsize::new(usize::from(cap.max(1))),
                hosts: Mutex::default(),
                changed: Notify::new(),
            }),
        }
    }

    /// Another cap from now on; connections above it stay until their work is done.
    pub(crate) fn set_cap(&self, cap: u8) {
        self.shared.cap.store(usize::from(cap.max(1)), Ordering::Relaxed);
        self.shared.changed.notify_waiters();
    }

    /// Waits for a first connection. Others give one of theirs away for it.
    pub(crate) async fn visit(&self, host: &str) -> Visit {
        let mut waiting = Waiting {
            shared: &self.shared,
            host,
            counted: false,
        };
        loop {
            let changed = self.shared.changed.notified();
            if waiting.enter() {
                return Visit {
                    shared: Arc::clone(&self.shared),
                    host: host.to_owned(),
                    connections: 1,
                };
            }
            changed.await;
        }
    }
}

/// Counts a transfer that waits, until it is dropped.
struct Waiting<'a> {
    shared: &'a Shared,
    host: &'a str,
    counted: bool,
}

impl Waiting<'_> {
    fn enter(&mut self) -> bool {
        let counted = self.counted;
        let entered = self.shared.with(self.host, |host, cap| {
            let entered = host.connections < cap;
            if entered {
                host.connections += 1;
            } else if !counted {
                host.waiting += 1;
            }
            entered
        });
        self.counted |= !entered;
        entered
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.counted {
            self.shared.with(self.host, |host, _| host.waiting -= 1);
        }
    }
}

impl Visit {
    /// One more connection, if the host may have it.
    pub(crate) fn add(&mut self) -> bool {
        let added = self.shared.with(&self.host, |host, cap| {
            let room = host.waiting == 0 && host.connections < cap;
            host.connections += usize::from(room);
            room
        });
        self.connections += usize::from(added);
        added
    }

    /// One connection less.
    pub(crate) fn remove(&mut self) {
        if self.connections > 1 {
            self.connections -= 1;
            self.shared.with(&self.host, |host, _| host.connections -= 1);
            self.shared.changed.notify_waiters();
        }
    }

    /// Whether a transfer without any connection waits for one of these.
    pub(crate) fn should_yield(&self) -> bool {
        self.connections > 1 && self.shared.with(&self.host, |host, _| host.waiting > 0)
    }

    /// No more than so many make sense.
    pub(crate) fn tolerated(&self) -> usize {
        self.shared.with(&self.host, |_, cap| cap)
    }

    /// So many helped last time; 1 where nothing is known.
    pub(crate) fn helped(&self) -> usize {
        self.shared.with(&self.host, |host, _| host.helped)
    }

    /// So many helped.
    pub(crate) fn helped_by(&self, connections: usize) {
        self.shared.with(&self.host, |host, _| host.helped = connections);
    }

    /// A connection failed while this transfer had `connections`; returns how many it should have. "Too many" is
    /// remembered for the host: half of all that there are from now on.
    pub(crate) fn refused(&self, error: &TransferError, connections: usize) -> usize {
        let fewer_of = |connections: usize| match error {
            TransferError::HttpStatus {
                status: 429 | 503, ..
            } => (connections / 2).max(1),
            _ => (connections - 1).max(1),
        };
        let fewer = fewer_of(connections);
        let too_many = matches!(
            error,
            TransferError::HttpStatus {
                status: 429 | 503,
                ..
            } | TransferError::Connect { .. }
        );
        if too_many && connections > 1 {
            self.shared.with(&self.host, |host, _| {
                host.tolerated = Some((fewer_of(host.connections.max(connections)), Instant::now()));
                host.helped = host.helped.min(fewer);
            });
        }
        fewer
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let held = self.connections;
        self.shared.with(&self.host, |host, _| host.connections -= held);
        self.shared.changed.notify_waiters();
    }
}

impl Shared {
    fn with<T>(&self, name: &str, work: impl FnOnce(&mut Host, usize) -> T) -> T {
        let mut hosts = self.lock();
        if !hosts.contains_key(name) && hosts.len() >= MAX_HOSTS {
            forget_oldest(&mut hosts);
        }
        let now = Instant::now();
        let host = hosts.entry(name.to_owned()).or_insert(Host {
            connections: 0,
            waiting: 0,
            tolerated: None,
            helped: 1,
            asked: now,
        });
        host.asked = now;
        let remembered = host
            .tolerated
            .filter(|(_, since)| now.duration_since(*since) < REMEMBER);
        let cap = self.cap.load(Ordering::Relaxed);
        let cap = remembered.map_or(cap, |(most, _)| most.min(cap));
        work(host, cap)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        // every change is one statement, so a panic elsewhere spoils nothing
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the host that was asked longest ago, of those that nobody is connected to.
fn forget_oldest(hosts: &mut HashMap<String, Host>) {
    let oldest = hosts
        .iter()
        .filter(|(_, host)| host.connections == 0 && host.waiting == 0)
        .min_by_key(|(_, host)| host.asked)
        .map(|(name, _)| name.clone());
    if let Some(name) = oldest {
        hosts.remove(&name);
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[tokio::test]
    async fn a_transfer_without_connections_gets_one_of_another() {
        let hosts = Hosts::new(2);
        let mut first = hosts.visit("h").await;
        assert!(first.add());
        assert!(!first.add(), "the cap holds");
        assert!(!first.should_yield());
        let mut second = pin!(hosts.visit("h"));
        let mut context = Context::from_waker(Waker::noop());
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(first.should_yield());
        first.remove();
        let second = second.await;
        assert!(!first.should_yield() && !first.add());
        drop(second);
        assert!(first.add());
        // another host has its own
        drop(hosts.visit("i").await);
    }

    #[tokio::test]
    async fn what_a_host_does_not_tolerate_is_remembered() {
        let hosts = Hosts::new(8);
        let visit = hosts.visit("h").await;
        visit.helped_by(8);
        let too_many = TransferError::HttpStatus {
            status: 503,
            retry_after: None,
        };
        assert_eq!(visit.refused(&too_many, 8), 4);
        assert_eq!((visit.tolerated(), visit.helped()), (4, 4));
        assert_eq!(visit.refused(&TransferError::WebPage, 4), 3);
        assert_eq!(visit.tolerated(), 4, "a page says nothing about connections");
        assert_eq!(visit.refused(&too_many, 1), 1);
    }

    #[tokio::test]
    async fn a_higher_cap_lets_in_who_waits() {
        let hosts = Hosts::new(1);
        let first = hosts.visit("h").await;
        let mut second = pin!(hosts.visit("h"));
        let mut context = Context::from_waker(Waker::noop());
        assert!(second.as_mut().poll(&mut context).is_pending());
        hosts.set_cap(2);
        drop(second.await);
        hosts.set_cap(0);
        assert_eq!(first.tolerated(), 1, "one is the least");
    }

    #[tokio::test]
    async fn who_stops_waiting_is_not_counted() {
        let hosts = Hosts::new(1);
        let first = hosts.visit("h").await;
        {
            let mut second = pin!(hosts.visit("h"));
            let mut context = Context::from_waker(Waker::noop());
            assert!(second.as_mut().poll(&mut context).is_pending());
        }
        assert!(hosts.shared.with("h", |host, _| host.waiting == 0));
        drop(first);
        drop(hosts.visit("h").await);
    }
}
