//! Writes journals into the store, so that they survive a crash: in batches, at most once a second, asleep while
//! nothing happens. What the last second brought is lost in a crash, and nothing else.

use std::sync::Arc;
use std::time::Duration;

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
    progress: ProgressService,
    store: Store,
    task: AbortHandle,
}

impl Keeper {
    /// Writes from now on. Must be called inside a tokio runtime.
    pub(crate) fn start(progress: ProgressService, store: Store, clock: Arc<dyn Clock>) -> Self {
        let task = tokio::spawn(keep(progress.clone(), store.clone(), clock));
        Self {
            progress,
            store,
            task: task.abort_handle(),
        }
    }

    /// Writes what is not written yet.
    pub(crate) async fn finish(&self) {
        if let Err(failure) = write_all(&self.progress, &self.store).await {
            tracing::error!(%failure, "the end of some journals is missing");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep(progress: ProgressService, store: Store, clock: Arc<dyn Clock>) {
    let news = progress.keep_journals();
    let mut told = false;
    loop {
        news.come().await;
        // what failed is tried again after a pause; said once, not every second
        while progress.has_journal_news() {
            match write_all(&progress, &store).await {
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

async fn write_all(progress: &ProgressService, store: &Store) -> Result<(), StoreFailure> {
    loop {
        let unwritten = progress.unwritten_journals(BATCH);
        if unwritten.is_empty() {
            return Ok(());
        }
        let written = store.on_blocking(move |store| store.write_journals(&unwritten).map(|()| unwritten));
        match written.await {
            Ok(written) => progress.journals_written(&written),
            Err(failure) => {
                progress.journals_not_written();
                return Err(failure);
            }
        }
    }
}

#[cfg(test)]
mod tests;
