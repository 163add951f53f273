//! Time as it is handed to the board: the wall for stamps, a steady count for rates.

use std::fmt;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use jiff::Timestamp;

/// One instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Of the wall clock; may jump.
    pub wall: Timestamp,
    /// Since some fixed point; never goes back.
    pub steady: Duration,
}

/// Tells the time.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Moment;
    /// Returns once `time` has passed.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            origin: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let now = Timestamp::now();
        Moment {
            // milliseconds are what people and logs read; finer digits only make messages longer
            wall: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now),
            steady: self.origin.elapsed(),
        }
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

#[cfg(any(test, feature = "test-support"))]
mod manual {
    use super::{BoxFuture, Clock, Duration, Moment, Timestamp};
    use jiff::SignedDuration;
    use tokio::sync::watch;

    /// A clock that moves only when told. Starts at 2025-11-07T10:00:00Z. Clones are the same clock.
    #[derive(Debug, Clone)]
    pub struct ManualClock {
        steady: watch::Sender<Duration>,
    }

    impl Default for ManualClock {
        fn default() -> Self {
            Self {
                steady: watch::Sender::new(Duration::ZERO),
            }
        }
    }

    impl ManualClock {
        /// A clock at its start.
        pub fn new() -> Self {
            Self::default()
        }

        /// Moves it on and wakes whoever slept so long.
        pub fn advance(&self, time: Duration) {
            self.steady.send_modify(|steady| *steady += time);
        }
    }

    impl Clock for ManualClock {
        fn now(&self) -> Moment {
            let steady = *self.steady.borrow();
            let start = Timestamp::constant(1_762_509_600, 0);
            let passed = SignedDuration::try_from(steady).unwrap_or(SignedDuration::ZERO);
            Moment {
                wall: start.checked_add(passed).unwrap_or(start),
                steady,
            }
        }

        fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
            let mut receiver = self.steady.subscribe();
            let until = *receiver.borrow() + time;
            Box::pin(async move {
                if receiver.wait_for(|steady| *steady >= until).await.is_err() {
                    // the clock is gone: this time never comes
                    std::future::pending::<()>().await;
                }
            })
        }
    }
}

#[cfg(any(test, feature = "test-support"))]
pub use manual::ManualClock;
