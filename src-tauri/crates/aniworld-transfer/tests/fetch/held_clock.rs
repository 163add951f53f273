//! A clock that stands still until the test moves it, though the answers come from a real server.

use std::sync::mpsc;
use std::time::Duration;

use tokio::runtime::Handle;

/// Timers go off at whole milliseconds.
const GRAIN: Duration = Duration::from_millis(1);
/// How often other tasks get their turn before something counts as not happening.
const TURNS: usize = 200;

/// Holds the paused clock of this runtime: on its own it would leap to the next timer whenever the
/// server takes its time. Dropping it ends the thread that does so.
pub(crate) struct HeldClock {
    _end: mpsc::Sender<()>,
}

impl HeldClock {
    /// Needs `#[tokio::test(start_paused = true)]`.
    pub(crate) fn new() -> Self {
        let (end, ended) = mpsc::channel::<()>();
        // tokio lets no time pass while such work runs
        Handle::current().spawn_blocking(move || ended.recv());
        Self { _end: end }
    }

    /// Lets so much time pass at once.
    pub(crate) async fn pass(&self, time: Duration) {
        tokio::time::advance(time).await;
    }

    /// All of it but the last grain of the clock.
    pub(crate) async fn pass_almost(&self, time: Duration) {
        self.pass(time.saturating_sub(GRAIN)).await;
    }

    /// That last grain.
    pub(crate) async fn pass_the_rest(&self) {
        self.pass(GRAIN).await;
    }

    /// Gives everything that could happen now the chance to.
    pub(crate) async fn turns(&self) {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
    }
}
