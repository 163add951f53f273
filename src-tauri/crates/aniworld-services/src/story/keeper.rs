//! Writes journals into the store, so that they survive a crash: in batches, at most once a second, asleep while
//! nothing happens. What the last second brought is lost in a crash, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::AbortHandle;

use crate::ProgressService;
use crate::progress::Clock;
use crate::store::{Store, StoreFailure};

/// Between two looks.
const EVERY: Duration = Duration::from_secs(1);
/// Journals in one commit.
const BATCH: usize = 256;

/// Writes until it is dropped.
#[derive(Debug)]
pub(crate) struct Keeper {
    writer: Arc<Writer>,
    task: AbortHandle,
}

/// Who writes, one at a time: what was taken first must not come into the store last.
#[derive(Debug)]
struct Writer {
    progress: ProgressService,
    store: Store,
    turn: Mutex<()>,
}

impl Keeper {
    /// Writes from now on. Must be called inside a tokio runtime.
    pub(crate) fn start(progress: ProgressService, store: Store, clock: Arc<dyn Clock>) -> Self {
        let writer = Arc::new(Writer::new(progress, store));
        let task = tokio::spawn(keep(Arc::clone(&writer), clock));
        Self {
            writer,
            task: task.abort_handle(),
        }
    }

    /// Writes what is not written yet.
    pub(crate) async fn finish(&self) {
        if let Err(failure) = self.writer.write().await {
            tracing::error!(%failure, "the end of some journals is missing");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep(writer: Arc<Writer>, clock: Arc<dyn Clock>) {
    let news = writer.progress.keep_journals();
    let mut told = false;
    loop {
        news.come().await;
        // what failed is tried again after a pause; said once, not every second
        while writer.progress.has_journal_news() {
            match writer.write().await {
                Ok(()) => told = false,
                Err(failure) if !told => {
                    tracing::warn!(%failure, "journals cannot be kept");
                    told = true;
                }
                Err(_) => {}
            }
            clock.sleep(EVERY).await;
        }
    }
}

impl Writer {
    fn new(progress: ProgressService, store: Store) -> Self {
        Self {
            progress,
            store,
            turn: Mutex::default(),
        }
    }

    /// Writes what is unwritten now. What comes meanwhile waits for the next time.
    async fn write(&self) -> Result<(), StoreFailure> {
        let _turn = self.turn.lock().await;
        loop {
            let unwritten = self.progress.unwritten_journals(BATCH);
            if unwritten.is_empty() {
                return Ok(());
            }
            let is_last = unwritten.len() < BATCH;
            let written = self
                .store
                .on_blocking(move |store| store.write_journals(&unwritten).map(|()| unwritten));
            match written.await {
                Ok(written) => self.progress.journals_written(&written),
                Err(failure) => {
                    self.progress.journals_not_written();
                    return Err(failure);
                }
            }
            if is_last {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests;
