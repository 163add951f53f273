//! How many connections help: starts with one and doubles while that pays. Pure, the time is passed in.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// A doubling is judged after this time.
const WINDOW: Duration = Duration::from_millis(150);
/// What went on before it is judged by so much time.
const BEFORE: Duration = Duration::from_millis(75);
/// Samples are taken this often while it is not decided.
const SAMPLE: Duration = Duration::from_millis(25);
/// A doubling must raise the speed so much.
const GAIN: f64 = 1.5;
/// Less work than this is not worth another connection.
const LEAST_TIME: Duration = Duration::from_secs(2);
/// A decision is looked at again after this time, then after twice as long, and so on: some servers give their
/// first bytes faster than the rest, and lines change.
const RETHINK: Duration = Duration::from_secs(10);
const LONGEST_RETHINK: Duration = Duration::from_mins(5);

/// What is known, and what comes next.
#[derive(Debug)]
pub(super) struct Ramp {
    most: usize,
    allowed: usize,
    stage: Stage,
    /// All bytes so far at the last moments, oldest first.
    samples: VecDeque<(Instant, u64)>,
    sample_at: Instant,
    /// When a decision is looked at again, and the time to the one after that.
    again_at: Instant,
    pause: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    /// One more connection may be tried at this time.
    Trying { at: Instant },
    /// The number was doubled; the new connections have not all brought a byte yet.
    Opening { before: f64, since: Instant },
    /// They have: judged at this time.
    Judging { before: f64, from: u64, since: Instant },
    /// Decided.
    Settled,
}

/// What the transfer looks like now.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// Bytes so far in this run, over all connections.
    pub(super) bytes: u64,
    /// Bytes that are missing.
    pub(super) left: u64,
    /// Connections that have brought a byte.
    pub(super) flowing: usize,
}

impl Ramp {
    /// `start` connections at once, then more while that helps, up to `most`.
    pub(super) fn new(start: usize, most: usize, now: Instant) -> Self {
        let stage = if start < most {
            Stage::Trying { at: now + WINDOW }
        } else {
            Stage::Settled
        };
        Self {
            most,
            allowed: start,
            stage,
            samples: VecDeque::new(),
            sample_at: now,
            again_at: now + RETHINK,
            pause: RETHINK,
        }
    }

    /// How many connections there should be.
    pub(super) fn allowed(&self) -> usize {
        self.allowed
    }

    /// A connection was refused or broke: so many are left, and no more are tried for a while.
    pub(super) fn lower(&mut self, to: usize, now: Instant) {
        self.allowed = to.max(1).min(self.allowed);
        self.settle(now);
    }

    fn settle(&mut self, now: Instant) {
        self.stage = Stage::Settled;
        self.again_at = now + self.pause;
        self.pause = (self.pause * 2).min(LONGEST_RETHINK);
    }

    /// When [`Ramp::look`] has something to do soon; `None`: it is decided for now.
    pub(super) fn next_look(&self) -> Option<Instant> {
        (self.stage != Stage::Settled).then_some(self.sample_at)
    }

    /// Looks, and perhaps changes its mind.
    pub(super) fn look(&mut self, view: View, now: Instant) {
        if self.stage == Stage::Settled && self.allowed < self.most && now >= self.again_at {
            self.stage = Stage::Trying { at: now + WINDOW };
            self.samples.clear();
            self.sample_at = now;
        }
        if self.stage == Stage::Settled || now < self.sample_at {
            return;
        }
        self.sample_at = now + SAMPLE;
        self.samples.push_back((now, view.bytes));
        while self.samples.front().is_some_and(|(at, _)| *at + 2 * WINDOW < now) {
            self.samples.pop_front();
        }
        match self.stage {
            Stage::Trying { at } if now >= at => self.try_more(view, now),
            // one that never opens is judged as it is: it brought nothing
            Stage::Opening { before, since } if view.flowing >= self.allowed || now >= since + 4 * WINDOW => {
                // their first bytes came since the last sample, perhaps all at once
                let last = self.samples.iter().rev().nth(1).copied();
                let (since, from) = last.unwrap_or((now, view.bytes));
                self.stage = Stage::Judging { before, from, since };
            }
            Stage::Judging { before, from, since } if now >= since + WINDOW => {
                let after = rate(view.bytes - from, now - since);
                if after >= GAIN * before {
                    self.try_more(view, now);
                } else {
                    self.allowed = (self.allowed / 2).max(1);
                    self.settle(now);
                }
            }
            _ => {}
        }
    }

    fn try_more(&mut self, view: View, now: Instant) {
        if self.allowed >= self.most {
            self.settle(now);
            return;
        }
        let (first, bytes) = self.samples.front().copied().unwrap_or((now, view.bytes));
        let whole = rate(view.bytes - bytes, now - first);
        if whole > 0.0 && (view.left as f64) < whole * LEAST_TIME.as_secs_f64() {
            self.settle(now);
            return;
        }
        let before = self.rate_since(now - BEFORE, view.bytes, now);
        self.allowed = (self.allowed * 2).min(self.most);
        self.stage = Stage::Opening { before, since: now };
    }

    fn rate_since(&self, since: Instant, bytes: u64, now: Instant) -> f64 {
        let earlier = self.samples.iter().rev().find(|(at, _)| *at <= since);
        earlier.map_or(0.0, |(at, earlier)| rate(bytes - earlier, now - *at))
    }
}

fn rate(bytes: u64, time: Duration) -> f64 {
    bytes as f64 / time.as_secs_f64().max(0.001)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Runs three seconds against a server that lets `bytes(connections)` through each millisecond; says how many
    /// connections there were in the end and when that was decided.
    fn settle(left: u64, bytes: impl Fn(u64) -> u64) -> (usize, u32) {
        let start = Instant::now();
        let mut ramp = Ramp::new(1, 8, start);
        let mut sum = 0;
        for ms in 0..3_000 {
            sum += bytes(ramp.allowed() as u64);
            let view = View {
                bytes: sum,
                left,
                flowing: ramp.allowed(),
            };
            ramp.look(view, start + ms * MS);
            if ramp.next_look().is_none() {
                return (ramp.allowed(), ms);
            }
        }
        panic!("undecided: {ramp:?}");
    }

    #[test]
    fn a_limit_per_connection_leads_to_all_of_them_soon() {
        let (connections, ms) = settle(1 << 30, |connections| 4_000 * connections);
        assert_eq!(connections, 8);
        assert!(ms < 700, "{ms}");
    }

    #[test]
    fn a_shared_line_keeps_its_one_connection() {
        assert_eq!(settle(1 << 30, |_| 4_000).0, 1);
    }

    #[test]
    fn what_is_soon_done_is_left_alone() {
        assert_eq!(settle(1 << 20, |connections| 4_000 * connections), (1, 150));
    }

    #[test]
    fn two_may_be_right() {
        let two = |connections: u64| 4_000 * connections.min(2);
        assert_eq!(settle(1 << 30, two).0, 2);
    }

    #[test]
    fn a_refused_connection_ends_the_trying() {
        let mut ramp = Ramp::new(1, 8, Instant::now());
        ramp.lower(0, Instant::now());
        assert_eq!((ramp.allowed(), ramp.next_look()), (1, None));
    }

    /// The first seconds are fast, and then each connection is held to a limit.
    #[test]
    fn a_server_that_becomes_slow_gets_more_connections_later() {
        let start = Instant::now();
        let mut ramp = Ramp::new(1, 8, start);
        let mut sum = 0;
        let mut early = 0;
        for ms in 0..20_000 {
            let connections = ramp.allowed() as u64;
            sum += if ms < 2_000 { 40_000 } else { 4_000 * connections };
            let view = View {
                bytes: sum,
                left: 1 << 34,
                flowing: ramp.allowed(),
            };
            ramp.look(view, start + ms * MS);
            if ms == 2_000 {
                early = ramp.allowed();
            }
        }
        assert_eq!((early, ramp.allowed()), (1, 8));
    }
}
