//! Ends a connection that brings nothing, or next to nothing. Pure, the time is passed in.

use std::time::Duration;

use tokio::time::Instant;

use crate::TransferError;

/// A connection must bring more than this over the stall time-out.
const LEAST_BYTES_PER_S: u64 = 1 << 10;

/// What came lately.
#[derive(Debug)]
pub(crate) struct Watchdog {
    stall: Duration,
    last_byte: Instant,
    window_began: Instant,
    window_bytes: u64,
}

impl Watchdog {
    pub(crate) fn new(stall: Duration, now: Instant) -> Self {
        Self {
            stall,
            last_byte: now,
            window_began: now,
            window_bytes: 0,
        }
    }

    /// Bytes came.
    pub(crate) fn came(&mut self, bytes: usize, now: Instant) {
        self.last_byte = now;
        self.window_bytes += bytes as u64;
    }

    /// Nothing was read on purpose: that time does not count.
    pub(crate) fn rested(&mut self, now: Instant) {
        self.last_byte = now;
        self.window_began = now;
        self.window_bytes = 0;
    }

    /// When to look next.
    pub(crate) fn deadline(&self) -> Instant {
        (self.last_byte + self.stall).min(self.window_began + self.stall)
    }

    /// Looks.
    pub(crate) fn check(&mut self, host: &str, now: Instant) -> Result<(), TransferError> {
        let stalled = now >= self.last_byte + self.stall;
        let over = now >= self.window_began + self.stall;
        let millis = u64::try_from(self.stall.as_millis()).unwrap_or(u64::MAX).max(1);
        let bytes_per_s = self.window_bytes.saturating_mul(1000) / millis;
        if stalled {
            return Err(TransferError::Stalled {
                host: host.to_owned(),
                after: self.stall,
            });
        }
        if over {
            if bytes_per_s < LEAST_BYTES_PER_S {
                return Err(TransferError::TooSlow {
                    host: host.to_owned(),
                    bytes_per_s,
                    over: self.stall,
                });
            }
            self.window_began = now;
            self.window_bytes = 0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_and_a_crawl_end_a_connection_and_rest_does_not() {
        let start = Instant::now();
        let second = Duration::from_secs(1);
        let mut dog = Watchdog::new(10 * second, start);
        assert!(dog.check("h", start + 9 * second).is_ok());
        assert!(dog.check("h", start + 10 * second).is_err());

        let mut dog = Watchdog::new(10 * second, start);
        for at in 1..10 {
            dog.came(1_000, start + at * second);
            assert!(dog.check("h", start + at * second).is_ok());
        }
        assert!(dog.check("h", start + 10 * second).is_err(), "900 bytes a second");

        let mut dog = Watchdog::new(10 * second, start);
        dog.came(20_000, start + 5 * second);
        assert!(dog.check("h", start + 10 * second).is_ok());
        dog.rested(start + 60 * second);
        assert!(dog.check("h", start + 69 * second).is_ok());
    }
}
