//! From the events of `SeriesApp` into progress, and what only the caller of a download knows with them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aniworld_core::events::{DownloadStatus, EpisodeLabel, SeriesEvent, SeriesEventSink};

use super::{progress_id, translate};
use crate::ProgressService;
use crate::progress::{Action, Metadata, ProgressError, ProgressStatus, ProgressUpdate, Update, keys};

/// The sink that `AnimeService` hands to `SeriesApp`.
#[derive(Debug)]
pub(super) struct Forwarder {
    progress: ProgressService,
    /// Downloads that were asked for and have not returned, by the id of their operation.
    calls: Mutex<HashMap<String, Call>>,
}

/// One download that runs. `extra` is taken by its first event.
#[derive(Debug)]
struct Call {
    extra: Option<Metadata>,
}

/// Ends the call when it is dropped.
pub(super) struct OpenCall {
    forwarder: Arc<Forwarder>,
    id: String,
}

impl Forwarder {
    pub(super) fn new(progress: ProgressService) -> Self {
        Self {
            progress,
            calls: Mutex::default(),
        }
    }

    pub(super) fn open(self: &Arc<Self>, label: &EpisodeLabel, extra: Metadata) -> OpenCall {
        let id = progress_id(label);
        self.calls().insert(id.clone(), Call { extra: Some(extra) });
        OpenCall {
            forwarder: Arc::clone(self),
            id,
        }
    }

    fn download(&self, label: &Arc<EpisodeLabel>, mut update: ProgressUpdate) {
        let extra = self
            .calls()
            .get_mut(&update.id)
            .and_then(|call| call.extra.take());
        let starts = matches!(update.action, Action::Start { .. });
        match extra {
            Some(mut extra) if starts => {
                update.metadata.append(&mut extra);
                self.start(update);
            }
            Some(mut extra) => {
                // it failed before it began: the operation is opened all the same, so that it can be seen
                let mut opening = translate(&SeriesEvent::Download {
                    label: Arc::clone(label),
                    status: DownloadStatus::Started {
                        resumed_from: 0,
                        total: None,
                    },
                });
                opening.metadata.append(&mut extra);
                self.start(opening);
                self.apply(update);
            }
            None if starts => self.start(update),
            None => self.apply(update),
        }
    }

    /// Starts an operation, or goes on with one that waits or is paused.
    fn start(&self, update: ProgressUpdate) {
        let mut going_on = Update {
            status: Some(ProgressStatus::InProgress),
            metadata: update.metadata.clone(),
            ..Update::default()
        };
        if let Action::Start { current, total, .. } = &update.action {
            going_on.current = Some(*current);
            going_on.total = *total;
        }
        let id = update.id.clone();
        let outcome = match self.progress.apply(update) {
            Err(ProgressError::AlreadyActive(_)) => self.progress.update(&id, going_on),
            outcome => outcome,
        };
        report(outcome);
    }

    fn apply(&self, update: ProgressUpdate) {
        report(self.progress.apply(update));
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<String, Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SeriesEventSink for Forwarder {
    fn emit(&self, event: SeriesEvent) {
        let update = translate(&event);
        match event {
            SeriesEvent::Download { label, .. } => self.download(&label, update),
            SeriesEvent::Scan(_) => self.apply(update),
        }
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.forwarder.calls().remove(&self.id);
        let status = self.forwarder.progress.get(&self.id).map(|it| it.status);
        if matches!(status, Some(ProgressStatus::Started | ProgressStatus::InProgress)) {
            let action = Action::State {
                status: ProgressStatus::Waiting,
                message: None,
            };
            let update = ProgressUpdate::new(self.id.as_str(), action);
            self.forwarder
                .apply(update.with(keys::REASON, keys::REASON_INTERRUPTED));
        }
    }
}

/// A refused update harms nobody: the board is as before. It is a mistake of the sender, and said once here.
fn report(outcome: Result<(), ProgressError>) {
    match outcome {
        Ok(()) => {}
        Err(late @ ProgressError::Ended(_)) => tracing::debug!(%late, "a late event"),
        Err(error) => tracing::warn!(%error, "progress refused an event"),
    }
}
