//! How long rows of the history and journals stay: what is older is forgotten at the start and once a day. Days stay.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::progress::Clock;
use crate::store::{Store, StoreFailure};

/// Between two looks.
const EVERY: Duration = Duration::from_hours(24);

/// Rows forgotten in one commit: a large history never holds up the queue.
const BATCH: u32 = 500;

/// Forgets old rows until it is dropped.
#[derive(Debug)]
pub(crate) struct Retention {
    days: Arc<AtomicU32>,
    /// How often it has looked; for those who wait for it.
    #[cfg_attr(not(test), expect(dead_code, reason = "only a test waits for a look"))]
    looks: watch::Receiver<u64>,
    task: AbortHandle,
}

impl Retention {
    /// Keeps rows for so many days; 0 is for ever. Must be called inside a tokio runtime.
    pub(crate) fn start(store: Store, clock: Arc<dyn Clock>, days: u32) -> Self {
        let days = Arc::new(AtomicU32::new(days));
        let (done, looks) = watch::channel(0);
        let task = tokio::spawn(keep_looking(store, clock, Arc::clone(&days), done));
        Self {
            days,
            looks,
            task: task.abort_handle(),
        }
    }

    /// From the next look on. Not at once: a number that is still being typed forgets nothing.
    pub(crate) fn keep_for(&self, days: u32) {
        self.days.store(days, Ordering::Relaxed);
    }
}

impl Drop for Retention {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep_looking(store: Store, clock: Arc<dyn Clock>, days: Arc<AtomicU32>, done: watch::Sender<u64>) {
    loop {
        let oldest = oldest_kept(clock.now().wall, days.load(Ordering::Relaxed));
        // asked for before the look is told: whoever moves the clock then is heard
        let next = clock.sleep(EVERY);
        if let Some(oldest) = oldest
            && let Err(failure) = forget(&store, oldest).await
        {
            tracing::warn!(%failure, "old rows of the history stay until tomorrow");
        }
        if let Err(failure) = forget_journals(&store, oldest).await {
            tracing::warn!(%failure, "old journals stay until tomorrow");
        }
        done.send_modify(|looks| *looks += 1);
        next.await;
    }
}

/// `None`: everything stays.
fn oldest_kept(now: Timestamp, days: u32) -> Option<Timestamp> {
    let kept = SignedDuration::from_hours(24 * i64::from(days));
    (days > 0).then(|| now.checked_sub(kept).ok()).flatten()
}

/// In batches, each a commit of its own.
async fn forget(store: &Store, before: Timestamp) -> Result<(), StoreFailure> {
    loop {
        let forgotten = store
            .on_blocking(move |store| store.forget_history(before, BATCH))
            .await?;
        if forgotten < BATCH as usize {
            return Ok(());
        }
    }
}

/// The same for the journals, which are bounded in number even where rows stay for ever.
async fn forget_journals(store: &Store, before: Option<Timestamp>) -> Result<(), StoreFailure> {
    loop {
        let forgotten = store
            .on_blocking(move |store| store.forget_journals(before, BATCH))
            .await?;
        if forgotten < BATCH as usize {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{HistoryOutcome, HistoryQuery};
    use crate::progress::{ManualClock, ProgressType};
    use crate::store::{EndedOperation, OpenOperation};
    use tempfile::TempDir;

    const DAY: Duration = EVERY;

    /// One row per day before the start of the manual clock.
    fn store(rows: u32) -> (TempDir, Store, ManualClock) {
        let dir = tempfile::tempdir().unwrap();
        let (store, clock) = (Store::open(dir.path()).unwrap(), ManualClock::new());
        for age in 0..rows {
            let at = oldest_kept(clock.now().wall, age).unwrap_or(clock.now().wall);
            let ended = EndedOperation {
                begun: OpenOperation {
                    operation: "library_scan".to_owned(),
                    kind: ProgressType::Scan,
                    attempt: 1,
                    title: String::new(),
                    started_at: at,
                },
                outcome: HistoryOutcome::Completed,
                message: String::new(),
                failure: None,
                ended_at: at,
            };
            store.operation_ended(&ended).unwrap();
        }
        (dir, store, clock)
    }

    fn rows(store: &Store) -> u64 {
        store.history(&HistoryQuery::default()).unwrap().0
    }

    async fn looked(retention: &Retention, times: u64) {
        let mut looks = retention.looks.clone();
        looks.wait_for(|looks| *looks >= times).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_too_old_goes_at_the_start_and_then_once_a_day() {
        let (_dir, store, clock) = store(10);
        let retention = Retention::start(store.clone(), Arc::new(clock.clone()), 4);
        looked(&retention, 1).await;
        assert_eq!(rows(&store), 5, "today and four days before");
        clock.advance(DAY);
        looked(&retention, 2).await;
        assert_eq!(rows(&store), 4);
        retention.keep_for(1);
        assert_eq!(rows(&store), 4, "not at once");
        clock.advance(DAY);
        looked(&retention, 3).await;
        assert_eq!(rows(&store), 0);
    }

    #[tokio::test]
    async fn zero_days_keep_everything() {
        let (_dir, store, clock) = store(10);
        let retention = Retention::start(store.clone(), Arc::new(clock.clone()), 0);
        looked(&retention, 1).await;
        assert_eq!(rows(&store), 10);
    }

    #[tokio::test]
    async fn much_is_forgotten_in_bounded_steps() {
        let (_dir, store, clock) = store(1_201);
        let now = clock.now().wall;
        assert_eq!(store.forget_history(now, BATCH).unwrap(), 500, "one step");
        let retention = Retention::start(store.clone(), Arc::new(clock), 1);
        looked(&retention, 1).await;
        assert_eq!(rows(&store), 2);
    }
}
