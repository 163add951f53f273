//! When to report, when to try again, and what was waited for. Pure: the time is passed in.

use std::time::Duration;

use tokio::time::Instant;

use super::Limit;
use crate::{RetryPolicy, TransferError};

/// Samples are at least this far apart.
const SAMPLE: Duration = Duration::from_millis(50);

/// Lets one sample through per interval, and remembers whether one is owed.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    last: Option<Instant>,
    owed: bool,
}

impl Sampler {
    /// Something changed. Whether to report it now; if not, a sample is owed.
    pub(crate) fn changed(&mut self, now: Instant) -> bool {
        self.owed = true;
        self.settle(now)
    }

    /// Whether an owed sample may go out now.
    pub(crate) fn settle(&mut self, now: Instant) -> bool {
        let due = self.owed && self.owed_at().is_none_or(|at| at <= now);
        if due {
            self.last = Some(now);
            self.owed = false;
        }
        due
    }

    /// When the owed sample may go out; `None`: none is owed, or at once.
    pub(crate) fn owed_at(&self) -> Option<Instant> {
        self.owed.then_some(self.last? + SAMPLE)
    }
}

/// What the time since the last report went into.
#[derive(Debug)]
pub(super) struct Waits {
    /// Up to here all time is accounted for.
    until: Instant,
    server: Duration,
    disk: Duration,
    limit: Duration,
}

/// What a time was spent on, over all connections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Spent {
    server: Duration,
    disk: Duration,
    limit: Duration,
}

impl Spent {
    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            server: self.server + other.server,
            disk: self.disk + other.disk,
            limit: self.limit + other.limit,
        }
    }

    /// What most of it was spent on; `None` where it was none at all.
    pub(super) fn most(self) -> Option<Limit> {
        let waits = [
            (self.server, Limit::Server),
            (self.disk, Limit::Disk),
            (self.limit, Limit::SpeedLimit),
        ];
        let most = waits.into_iter().max_by_key(|(wait, _)| *wait);
        most.filter(|(wait, _)| !wait.is_zero()).map(|(_, limit)| limit)
    }
}

impl Waits {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            until: now,
            server: Duration::ZERO,
            disk: Duration::ZERO,
            limit: Duration::ZERO,
        }
    }

    /// What went by meanwhile was none of it: a pause between two attempts, say.
    pub(super) fn skip(&mut self, now: Instant) {
        self.until = now;
    }

    /// It waited for bytes.
    pub(super) fn server(&mut self, now: Instant) {
        let wait = self.step(now);
        self.server += wait;
    }

    /// It waited for bytes, and then for the disk to take them, which took `disk`.
    pub(super) fn disk(&mut self, now: Instant, disk: Duration) {
        let all = self.step(now);
        let disk = disk.min(all);
        self.disk += disk;
        self.server += all.saturating_sub(disk);
    }

    /// It read nothing, to keep to a limit.
    pub(super) fn limit(&mut self, now: Instant) {
        let wait = self.step(now);
        self.limit += wait;
    }

    /// What it waited for since the last call.
    pub(super) fn drain(&mut self) -> Spent {
        let spent = Spent {
            server: self.server,
            disk: self.disk,
            limit: self.limit,
        };
        *self = Self::new(self.until);
        spent
    }

    fn step(&mut self, now: Instant) -> Duration {
        let step = now.saturating_duration_since(self.until);
        self.until = now;
        step
    }
}

/// How long to wait before the next try: full jitter (`dice` from 0 to 1) over a span that doubles with every
/// failure, and never less than what the server asked for. A date that is over on our clock asks for nothing.
pub(crate) fn delay(policy: &RetryPolicy, failures: u32, cause: &TransferError, dice: f64) -> Duration {
    let asked = match cause {
        TransferError::HttpStatus { retry_after, .. } => retry_after.unwrap_or_default(),
        _ => Duration::ZERO,
    };
    let doublings = failures.saturating_sub(1).min(16);
    let span = policy.base.saturating_mul(1 << doublings).min(policy.cap);
    asked.max(span.mul_f64(dice))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn samples_keep_their_distance_and_the_last_one_is_owed() {
        let start = Instant::now();
        let mut sampler = Sampler::default();
        assert!(!sampler.settle(start), "nothing changed yet");
        assert!(sampler.changed(start));
        assert_eq!(sampler.owed_at(), None);
        assert!(!sampler.changed(start + 20 * MS));
        assert_eq!(sampler.owed_at(), Some(start + SAMPLE));
        assert!(!sampler.settle(start + 49 * MS));
        assert!(sampler.settle(start + 50 * MS));
        assert!(!sampler.settle(start + 200 * MS));
    }

    #[test]
    fn the_longest_wait_since_the_last_report_is_named() {
        let start = Instant::now();
        let mut waits = Waits::new(start);
        assert_eq!(waits.drain().most(), None, "nothing was waited for");
        // 30 ms for the server, 20 ms for the disk
        waits.disk(start + 50 * MS, 20 * MS);
        assert_eq!(waits.drain().most(), Some(Limit::Server));
        waits.disk(start + 60 * MS, 9 * MS);
        assert_eq!(
            waits.drain().most(),
            Some(Limit::Disk),
            "each report looks at its own time"
        );
        waits.disk(start + 70 * MS, 4 * MS);
        waits.limit(start + 90 * MS);
        waits.server(start + 100 * MS);
        assert_eq!(waits.drain().most(), Some(Limit::SpeedLimit));
        waits.skip(start + 900 * MS);
        // a clock that differs a little from the disk's own must not make time
        waits.disk(start + 901 * MS, 30 * MS);
        assert_eq!(waits.disk, MS);
        assert_eq!(waits.drain().most(), Some(Limit::Disk));
    }

    #[test]
    fn delays_double_up_to_their_cap_and_obey_the_server() {
        let policy = RetryPolicy {
            base: Duration::from_secs(1),
            cap: Duration::from_secs(4),
            ..RetryPolicy::default()
        };
        let cause = TransferError::WebPage;
        let longest: Vec<u64> = [1, 2, 3, 4, u32::MAX]
            .iter()
            .map(|&failures| delay(&policy, failures, &cause, 1.0).as_secs())
            .collect();
        assert_eq!(longest, [1, 2, 4, 4, 4]);
        assert_eq!(delay(&policy, 3, &cause, 0.0), Duration::ZERO);
        let asked = TransferError::HttpStatus {
            status: 503,
            retry_after: Some(Duration::from_secs(90)),
        };
        assert_eq!(delay(&policy, 1, &asked, 0.5), Duration::from_secs(90));
    }
}
