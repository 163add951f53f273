//! Writes operations without an owner (scans, the system, errors) into the history. One more subscriber of
//! `ProgressService`; never writes a download or the queue, whose owner does.
//!
//! That an operation began is kept as well: one that a crash cut off is found at the next start and ended.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::HistoryOutcome;
use crate::ProgressService;
use crate::downloads::JobFailure;
use crate::progress::{
    Delivery, Handled, Progress, ProgressStatus, ProgressType, Snapshot, SubscriptionId, keys,
};
use crate::store::{EndedOperation, OpenOperation, Store, StoreFailure};

/// Kinds whose operations nobody owns.
const WITHOUT_OWNER: [ProgressType; 3] = [ProgressType::Scan, ProgressType::System, ProgressType::Error];

/// Records from start to [`Recorder::finish`].
#[derive(Debug)]
pub(crate) struct Recorder {
    progress: ProgressService,
    store: Store,
    subscriptions: Vec<SubscriptionId>,
}

/// What the handlers share.
#[derive(Debug, Clone)]
struct Scribe {
    store: Store,
    /// Attempts that are in the store as begun, so that samples cost nothing.
    begun: Arc<Mutex<HashSet<(String, Timestamp)>>>,
}

/// What an operation that a crash cut off failed of.
pub(crate) fn cut_off() -> JobFailure {
    JobFailure {
        code: "interrupted".to_owned(),
        message: "the program ended before this was done".to_owned(),
        params: BTreeMap::new(),
    }
}

impl Recorder {
    /// Records from now on. Must be called inside a tokio runtime.
    pub(crate) fn start(progress: ProgressService, store: Store) -> Self {
        let scribe = Scribe {
            store: store.clone(),
            begun: Arc::default(),
        };
        let subscribe = |kind: ProgressType| {
            let scribe = scribe.clone();
            let handler = move |delivery| {
                let scribe = scribe.clone();
                Box::pin(async move { scribe.take(delivery).await }) as _
            };
            let subscription = progress.subscribe_deliveries(kind.event_type(), handler);
            // a store that fails is asked again with everything that ended in the meantime
            progress.never_detach(subscription);
            subscription
        };
        let subscriptions = WITHOUT_OWNER.map(subscribe).to_vec();
        Self {
            progress,
            store,
            subscriptions,
        }
    }

    /// Writes what ended and was not written yet. Waits for no other subscriber.
    pub(crate) async fn finish(&self) {
        let ended: Vec<EndedOperation> = self.progress.history().iter().rev().filter_map(ended).collect();
        let written = self.store.on_blocking(move |store| {
            ended
                .iter()
                .try_for_each(|operation| store.operation_ended(operation))
        });
        if let Err(failure) = written.await {
            // the next start finds it begun, and ends it then
            tracing::error!(%failure, "the end of an operation is missing in the history");
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        for subscription in &self.subscriptions {
            self.progress.unsubscribe(*subscription);
        }
    }
}

impl Scribe {
    async fn take(&self, delivery: Delivery) -> Handled {
        match delivery {
            Delivery::Event(event) => self.write(&event.progress).await?,
            Delivery::Resync(Snapshot { active, past, .. }) => {
                for progress in past.iter().rev().chain(&active) {
                    self.write(progress).await?;
                }
            }
        }
        Ok(())
    }

    async fn write(&self, progress: &Arc<Progress>) -> Result<(), StoreFailure> {
        if is_derived(progress) {
            return Ok(());
        }
        let attempt = (progress.id.clone(), progress.started_at);
        if let Some(ended) = ended(progress) {
            self.store
                .on_blocking(move |store| store.operation_ended(&ended))
                .await?;
            self.begun().remove(&attempt);
        } else if !self.begun().contains(&attempt) {
            let begun = begun(progress);
            self.store
                .on_blocking(move |store| store.operation_began(&begun))
                .await?;
            self.begun().insert(attempt);
        }
        Ok(())
    }

    fn begun(&self) -> MutexGuard<'_, HashSet<(String, Timestamp)>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it only sums up others, which are written themselves.
fn is_derived(progress: &Progress) -> bool {
    progress.metadata.contains_key(keys::SCOPE)
}

fn begun(progress: &Progress) -> OpenOperation {
    let attempt = progress.metadata.get(keys::ATTEMPT);
    let attempt = attempt.and_then(serde_json::Value::as_u64).unwrap_or(1);
    OpenOperation {
        operation: progress.id.clone(),
        kind: progress.kind,
        attempt: u32::try_from(attempt).unwrap_or(u32::MAX),
        title: progress.title.clone(),
        started_at: progress.started_at,
    }
}

/// `None` for what has not ended, and for what an owner writes.
fn ended(progress: &Arc<Progress>) -> Option<EndedOperation> {
    if is_derived(progress) || !WITHOUT_OWNER.contains(&progress.kind) {
        return None;
    }
    let outcome = match progress.status {
        ProgressStatus::Completed => HistoryOutcome::Completed,
        ProgressStatus::Failed => HistoryOutcome::Failed,
        ProgressStatus::Cancelled => HistoryOutcome::Cancelled,
        ProgressStatus::Started
        | ProgressStatus::InProgress
        | ProgressStatus::Paused
        | ProgressStatus::Waiting => return None,
    };
    let code = progress.metadata.get(keys::ERROR_CODE);
    let code = code.and_then(serde_json::Value::as_str).unwrap_or("internal");
    Some(EndedOperation {
        begun: begun(progress),
        outcome,
        message: progress.message.clone(),
        failure: (outcome == HistoryOutcome::Failed).then(|| JobFailure {
            code: code.to_owned(),
            message: progress.message.clone(),
            params: BTreeMap::new(),
        }),
        ended_at: progress.updated_at,
    })
}

#[cfg(test)]
mod tests;
