//! What limits all downloads together. Pure: the clock is passed in.
//!
//! Every download says what it waited for, and has a speed. The speeds are added up per cause, and those that the
//! server limits per host as well. What carries two thirds of the combined speed is the bottleneck: the disk, a
//! speed limit, one host, or else the servers together. Where none does, nothing can be said.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::share::{Cause, Share};

/// A bottleneck is shown, and taken back, only after it held for so long.
const HOLD: Duration = Duration::from_secs(2);

/// What limits the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::progress::board) enum Bottleneck {
    SpeedLimit,
    Disk,
    Host(Arc<str>),
    Hosts,
}

/// The speeds of open downloads by what limits them, exact to the byte per second.
#[derive(Debug, Default)]
pub(super) struct Limits {
    disk: u128,
    speed_limit: u128,
    servers: u128,
    /// Of [`Limits::servers`], per host that is named. None of them is zero: there are at most as many as open
    /// downloads.
    hosts: HashMap<Arc<str>, u128>,
    shown: Option<Bottleneck>,
    /// What would be shown next, and since when.
    next: Option<(Option<Bottleneck>, Duration)>,
}

impl Bottleneck {
    /// Its form in the metadata.
    pub(in crate::progress::board) fn value(&self) -> Value {
        match self {
            Self::SpeedLimit => json!({ "kind": "speed_limit" }),
            Self::Disk => json!({ "kind": "disk" }),
            Self::Host(host) => json!({ "kind": "host", "host": &**host }),
            Self::Hosts => json!({ "kind": "hosts" }),
        }
    }
}

impl Limits {
    /// Replaces what a download from this host added before by what it adds now.
    pub(super) fn replace(&mut self, host: Option<&Arc<str>>, before: Option<Share>, after: Option<Share>) {
        let limited = |share: Option<Share>| share.map_or((Cause::Unknown, 0), |it| (it.cause, it.speed));
        let (before, after) = (limited(before), limited(after));
        // most samples come too soon after the last to change a speed
        if before != after {
            self.step(host, after, |sum, speed| *sum += speed);
            self.step(host, before, |sum, speed| *sum -= speed);
        }
    }

    fn step(
        &mut self,
        host: Option<&Arc<str>>,
        (cause, speed): (Cause, u64),
        step: impl Fn(&mut u128, u128),
    ) {
        let speed = u128::from(speed);
        match cause {
            Cause::Unknown => {}
            Cause::Disk => step(&mut self.disk, speed),
            Cause::SpeedLimit => step(&mut self.speed_limit, speed),
            Cause::Server => {
                step(&mut self.servers, speed);
                if let Some(host) = host.filter(|_| speed > 0) {
                    self.step_host(host, speed, step);
                }
            }
        }
    }

    fn step_host(&mut self, host: &Arc<str>, speed: u128, step: impl Fn(&mut u128, u128)) {
        if let Some(sum) = self.hosts.get_mut(host) {
            step(sum, speed);
            if *sum == 0 {
                self.hosts.remove(host);
            }
        } else {
            let mut sum = 0;
            step(&mut sum, speed);
            self.hosts.insert(Arc::clone(host), sum);
        }
    }

    /// What limits a combined speed.
    fn verdict(&self, speed: u128) -> Option<Bottleneck> {
        let carries = |part: u128| speed > 0 && part * 3 >= speed * 2;
        if carries(self.disk) {
            return Some(Bottleneck::Disk);
        }
        if carries(self.speed_limit) {
            return Some(Bottleneck::SpeedLimit);
        }
        let mut hosts = self.hosts.iter();
        match hosts.find(|(_, sum)| carries(**sum)) {
            Some((host, _)) => Some(Bottleneck::Host(Arc::clone(host))),
            None => carries(self.servers).then_some(Bottleneck::Hosts),
        }
    }

    /// Judges again. To be called a few times a second while something is open.
    pub(super) fn look(&mut self, speed: u128, now: Duration) {
        let fresh = self.verdict(speed);
        if fresh == self.shown {
            self.next = None;
            return;
        }
        match &self.next {
            Some((next, since)) if *next == fresh => {
                if now.saturating_sub(*since) >= HOLD {
                    self.shown = fresh;
                    self.next = None;
                }
            }
            _ => self.next = Some((fresh, now)),
        }
    }

    /// Disk, speed limit, servers, and the last per host.
    #[cfg(test)]
    pub(super) fn sums(&self) -> ([u128; 3], std::collections::BTreeMap<String, u128>) {
        let hosts = self.hosts.iter().map(|(host, sum)| (host.to_string(), *sum));
        ([self.disk, self.speed_limit, self.servers], hosts.collect())
    }

    /// Whether something else would be shown if it held.
    pub(super) fn is_pending(&self) -> bool {
        self.next.is_some()
    }

    /// Nothing is open: nothing limits it.
    pub(super) fn rest(&mut self) {
        self.shown = None;
        self.next = None;
    }

    /// What limits all downloads together; `None` while nothing can be said.
    pub(super) fn bottleneck(&self) -> Option<&Bottleneck> {
        self.shown.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn share(cause: Cause, speed: u64) -> Share {
        Share {
            speed,
            cause,
            ..Share::default()
        }
    }

    fn limits(shares: &[(Cause, Option<&str>, u64)]) -> Limits {
        let mut limits = Limits::default();
        for (cause, host, speed) in shares {
            limits.replace(host.map(Arc::from).as_ref(), None, Some(share(*cause, *speed)));
        }
        limits
    }

    #[test]
    fn two_thirds_of_the_speed_name_the_bottleneck() {
        let verdict = |shares: &[(Cause, Option<&str>, u64)]| {
            let speed = shares.iter().map(|(.., speed)| u128::from(*speed)).sum();
            limits(shares).verdict(speed)
        };
        let host = |host: &str| Some(Bottleneck::Host(host.into()));
        let (a, b) = (Some("archive.org"), Some("example.org"));
        assert_eq!(
            verdict(&[(Cause::Server, a, 2), (Cause::Server, b, 1)]),
            host("archive.org")
        );
        assert_eq!(
            verdict(&[(Cause::Server, a, 199), (Cause::Server, b, 101)]),
            Some(Bottleneck::Hosts)
        );
        assert_eq!(
            verdict(&[(Cause::Disk, a, 2), (Cause::Server, a, 1)]),
            Some(Bottleneck::Disk)
        );
        assert_eq!(
            verdict(&[(Cause::SpeedLimit, b, 5)]),
            Some(Bottleneck::SpeedLimit)
        );
        assert_eq!(verdict(&[(Cause::Server, None, 5)]), Some(Bottleneck::Hosts));
        for mixed in [
            [(Cause::Disk, a, 1), (Cause::Server, a, 1)],
            [(Cause::Unknown, a, 2), (Cause::Server, a, 1)],
            [(Cause::Server, a, 0), (Cause::Disk, b, 0)],
        ] {
            assert_eq!(verdict(&mixed), None, "{mixed:?}");
        }
    }

    #[test]
    fn what_is_added_is_taken_away_to_the_byte() {
        let mut limits = limits(&[(Cause::Server, Some("a"), 7), (Cause::Server, Some("b"), 5)]);
        let host = Some(Arc::from("a"));
        limits.replace(
            host.as_ref(),
            Some(share(Cause::Server, 7)),
            Some(share(Cause::Disk, u64::MAX)),
        );
        limits.replace(
            host.as_ref(),
            Some(share(Cause::Disk, u64::MAX)),
            Some(share(Cause::Server, 2)),
        );
        assert_eq!((limits.disk, limits.servers, limits.hosts.len()), (0, 7, 2));
        limits.replace(host.as_ref(), Some(share(Cause::Server, 2)), None);
        assert_eq!((limits.servers, limits.hosts.len()), (5, 1));
    }

    #[test]
    fn a_change_shows_after_it_held_for_two_seconds() {
        let mut limits = limits(&[(Cause::Disk, None, 10)]);
        limits.look(10, SECOND);
        limits.look(10, SECOND * 2);
        assert_eq!(limits.bottleneck(), None);
        limits.look(10, SECOND * 3);
        assert_eq!(limits.bottleneck(), Some(&Bottleneck::Disk));
        // a moment of something else is none
        limits.replace(
            None,
            Some(share(Cause::Disk, 10)),
            Some(share(Cause::SpeedLimit, 10)),
        );
        limits.look(10, SECOND * 4);
        limits.replace(
            None,
            Some(share(Cause::SpeedLimit, 10)),
            Some(share(Cause::Disk, 10)),
        );
        limits.look(10, SECOND * 5);
        limits.replace(
            None,
            Some(share(Cause::Disk, 10)),
            Some(share(Cause::SpeedLimit, 10)),
        );
        limits.look(10, SECOND * 6);
        limits.look(10, SECOND * 7);
        assert_eq!(limits.bottleneck(), Some(&Bottleneck::Disk));
        limits.look(10, SECOND * 8);
        assert_eq!(limits.bottleneck(), Some(&Bottleneck::SpeedLimit));
        limits.rest();
        assert_eq!(limits.bottleneck(), None);
    }
}
