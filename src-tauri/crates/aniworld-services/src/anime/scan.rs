//! One scan at a time: a second request joins the running one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aniworld_core::app::ScanFailure;
use aniworld_core::events::ScanTotals;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio_util::sync::CancellationToken;

type Outcome = Result<ScanTotals, ScanFailure>;

#[derive(Debug, Clone, Default)]
pub(super) struct JointScan {
    running: Arc<Mutex<Option<Running>>>,
}

#[derive(Debug)]
struct Running {
    cancel: CancellationToken,
    outcome: Shared<BoxFuture<'static, Outcome>>,
}

impl JointScan {
    /// The outcome of the running scan, or of a new one that `begin` makes. It runs in a task of its own.
    pub(super) async fn join<F>(&self, begin: impl FnOnce(CancellationToken) -> F) -> Outcome
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let outcome = {
            let mut running = self.lock();
            match &*running {
                Some(running) => running.outcome.clone(),
                None => running.insert(self.start(begin)).outcome.clone(),
            }
        };
        outcome.await
    }

    /// Stops the running scan and returns once it has ended. `false` if there was none.
    pub(super) async fn cancel(&self) -> bool {
        let ending = self.lock().as_ref().map(|running| {
            running.cancel.cancel();
            running.outcome.clone()
        });
        match ending {
            Some(outcome) => {
                // told to whoever asked for the scan
                let _ = outcome.await;
                true
            }
            None => false,
        }
    }

    fn start<F>(&self, begin: impl FnOnce(CancellationToken) -> F) -> Running
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let cancel = CancellationToken::new();
        let scan = begin(cancel.clone());
        let end = End(self.clone());
        let task = tokio::spawn(async move {
            let _end = end;
            scan.await
        });
        let outcome = task.map(|ended| {
            // a panic in the scan, or a runtime that shuts down
            ended.unwrap_or_else(|error| Err(ScanFailure::Store(format!("the scan broke off: {error}"))))
        });
        Running {
            cancel,
            outcome: outcome.boxed().shared(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes room for the next scan, however this one ends.
struct End(JointScan);

impl Drop for End {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    #[tokio::test]
    async fn a_second_request_joins_and_a_third_after_the_end_begins_anew() {
        let scan = JointScan::default();
        let (count, go) = (AtomicUsize::new(0), Arc::new(Notify::new()));
        let begin = |_| {
            let (number, go) = (count.fetch_add(1, Ordering::Relaxed), go.clone());
            async move {
                go.notified().await;
                Ok(ScanTotals {
                    series: number as u64,
                    ..ScanTotals::default()
                })
            }
        };
        let both = async { tokio::join!(scan.join(begin), scan.join(begin)) };
        let (both, ()) = tokio::join!(both, async { go.notify_one() });
        assert_eq!(both.0, both.1);
        assert_eq!(count.load(Ordering::Relaxed), 1);
        let (third, ()) = tokio::join!(scan.join(begin), async { go.notify_one() });
        assert_eq!(third.map(|totals| totals.series), Ok(1));
    }

    #[tokio::test]
    async fn a_scan_that_panics_is_an_error_and_makes_room() {
        let scan = JointScan::default();
        let broken = scan.join(|_| async { panic!("broken") }).await;
        assert!(matches!(broken, Err(ScanFailure::Store(_))));
        assert!(scan.join(|_| async { Ok(ScanTotals::default()) }).await.is_ok());
    }

    #[tokio::test]
    async fn cancelling_reaches_the_running_scan_only() {
        let scan = JointScan::default();
        assert!(!scan.cancel().await);
        let ended = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&ended);
        let waiting = scan.join(|cancel| async move {
            cancel.cancelled().await;
            count.fetch_add(1, Ordering::Relaxed);
            Ok(ScanTotals::default())
        });
        let stop = async { (scan.cancel().await, ended.load(Ordering::Relaxed)) };
        let (outcome, stopped) = tokio::join!(waiting, stop);
        assert!(outcome.is_ok());
        assert_eq!(stopped, (true, 1), "it has ended, not only been asked to");
    }
}
