//! When to report, when to try again, and how fast to read.

use std::time::Duration;

use rand::Rng;
use tokio::time::Instant;

use crate::{RetryPolicy, TransferError};

/// Samples are at least this far apart.
const SAMPLE: Duration = Duration::from_millis(50);

/// Lets one sample through per interval.
#[derive(Debug)]
pub(super) struct Sampler {
    last: Option<Instant>,
}

impl Sampler {
    pub(super) fn new() -> Self {
        Self { last: None }
    }

    /// Whether a sample is due now.
    pub(super) fn due(&mut self, now: Instant) -> bool {
        let due = self.last.is_none_or(|last| now.duration_since(last) >= SAMPLE);
        if due {
            self.last = Some(now);
        }
        due
    }
}

/// A token bucket of one second's depth at most.
#[derive(Debug)]
pub(super) struct Bucket {
    bytes_per_s: f64,
    level: f64,
    at: Instant,
}

impl Bucket {
    pub(super) fn new(bytes_per_s: u64, now: Instant) -> Self {
        Self {
            bytes_per_s: bytes_per_s.max(1) as f64,
            level: 0.0,
            at: now,
        }
    }

    /// Takes bytes that arrived; returns how long to read nothing.
    pub(super) fn take(&mut self, bytes: usize, now: Instant) -> Duration {
        let earned = now.duration_since(self.at).as_secs_f64() * self.bytes_per_s;
        self.level = (self.level + earned).min(self.bytes_per_s) - bytes as f64;
        self.at = now;
        if self.level >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-self.level / self.bytes_per_s)
        }
    }
}

/// How long to wait before the next try: what the server asked for, else full jitter over a doubling span.
pub(super) fn delay(policy: &RetryPolicy, failures: u32, cause: &TransferError) -> Duration {
    if let TransferError::HttpStatus {
        retry_after: Some(wait),
        ..
    } = cause
    {
        return *wait;
    }
    let span = policy
        .base
        .saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(16)))
        .min(policy.cap);
    span.mul_f64(rand::rng().random_range(0.0..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_lets_its_rate_through_and_no_more() {
        let start = Instant::now();
        let mut bucket = Bucket::new(1_000, start);
        assert_eq!(bucket.take(500, start), Duration::from_millis(500));
        assert_eq!(
            bucket.take(500, start + Duration::from_millis(500)),
            Duration::from_millis(500)
        );
        // an idle hour earns one second's worth
        let later = start + Duration::from_hours(1);
        assert_eq!(bucket.take(1_000, later), Duration::ZERO);
        assert_eq!(bucket.take(1_000, later), Duration::from_secs(1));
    }

    #[test]
    fn delays_stay_inside_their_span_and_obey_the_server() {
        let policy = RetryPolicy {
            base: Duration::from_secs(1),
            cap: Duration::from_secs(4),
            ..RetryPolicy::default()
        };
        let cause = TransferError::Redirects;
        for failures in 1..50 {
            let most = Duration::from_secs(1 << (failures - 1).min(2));
            assert!(delay(&policy, failures, &cause) <= most);
        }
        let asked = TransferError::HttpStatus {
            status: 503,
            retry_after: Some(Duration::from_secs(90)),
        };
        assert_eq!(delay(&policy, 1, &asked), Duration::from_secs(90));
    }
}
