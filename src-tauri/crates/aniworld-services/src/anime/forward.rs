//! From the events of `SeriesApp` into progress, and what only the caller of a download knows with them.
//!
//! The end of a download is held back until its caller has kept it: nobody hears of an end that a crash
//! could still undo.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aniworld_core::events::{DownloadStatus, EpisodeLabel, SeriesEvent, SeriesEventSink};

use super::{Translated, progress_id, translate};
use crate::ProgressService;
use crate::progress::{Action, Metadata, Note, ProgressError, ProgressStatus, ProgressUpdate, Update, keys};

/// The sink that `AnimeService` hands to `SeriesApp`.
#[derive(Debug)]
pub(super) struct Forwarder {
    progress: ProgressService,
    /// Downloads that were asked for and have not returned, by the id of their operation.
    calls: Mutex<HashMap<String, Call>>,
}

/// One download that runs. `extra` is taken by its first event.
#[derive(Debug, Default)]
struct Call {
    extra: Option<Metadata>,
    received: Received,
    /// How it ended, not told yet.
    end: Option<(Option<Note>, ProgressUpdate)>,
}

/// Bytes that really arrived in this run.
#[derive(Debug, Clone, Copy, Default)]
struct Received {
    bytes: u64,
    /// Where the part file stood last.
    mark: u64,
}

/// A download that was asked for. Tells its end when it is dropped.
#[derive(Debug)]
pub struct OpenCall {
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
        let call = Call {
            extra: Some(extra),
            ..Call::default()
        };
        self.calls().insert(id.clone(), call);
        OpenCall {
            forwarder: Arc::clone(self),
            id,
        }
    }

    /// Bytes that have arrived in the run of this operation; `None` when none runs.
    pub(super) fn received(&self, id: &str) -> Option<u64> {
        self.calls().get(id).map(|call| call.received.bytes)
    }

    fn download(
        &self,
        label: &Arc<EpisodeLabel>,
        status: &DownloadStatus,
        note: Option<Note>,
        mut update: ProgressUpdate,
    ) {
        let extra = {
            let mut calls = self.calls();
            let call = calls.get_mut(&update.id);
            call.and_then(|call| {
                call.received.take(status);
                call.extra.take()
            })
        };
        let starts = matches!(update.action, Action::Start { .. });
        match extra {
            Some(mut extra) if starts => {
                update.metadata.append(&mut extra);
                self.start(update);
            }
            Some(mut extra) => {
                // it failed before it began: the operation is opened all the same, so that it can be seen
                let opening = translate(&SeriesEvent::Download {
                    label: Arc::clone(label),
                    status: DownloadStatus::Started {
                        resumed_from: 0,
                        total: None,
                    },
                });
                if let Some(mut opening) = opening.update {
                    opening.metadata.append(&mut extra);
                    self.start(opening);
                }
                self.apply_or_hold(note, update);
            }
            None if starts => self.start(update),
            None => self.apply_or_hold(note, update),
        }
    }

    /// Keeps the end of a download for its caller; what nobody asked for is told at once.
    fn apply_or_hold(&self, note: Option<Note>, update: ProgressUpdate) {
        let is_end = matches!(
            update.action,
            Action::Complete { .. } | Action::Fail { .. } | Action::Cancel { .. }
        );
        if is_end && let Some(call) = self.calls().get_mut(&update.id) {
            call.end = Some((note, update));
            return;
        }
        self.tell(note, update);
    }

    /// First why, then what.
    fn tell(&self, note: Option<Note>, update: ProgressUpdate) {
        if let Some(note) = note {
            self.progress.note(&update.id, note);
        }
        self.apply(update);
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
        let Translated { note, update } = translate(&event);
        match (event, update) {
            (SeriesEvent::Download { label, status }, Some(update)) => {
                self.download(&label, &status, note, update);
            }
            (SeriesEvent::Download { label, .. }, None) => {
                if let Some(note) = note {
                    self.progress.note(&progress_id(&label), note);
                }
            }
            (SeriesEvent::Scan(_), Some(update)) => self.tell(note, update),
            (SeriesEvent::Scan(_), None) => {}
        }
    }
}

impl Received {
    fn take(&mut self, status: &DownloadStatus) {
        match status {
            DownloadStatus::Started { resumed_from, .. } => self.mark = *resumed_from,
            DownloadStatus::Progress { bytes, .. }
            | DownloadStatus::Completed {
                bytes,
                skipped_existing: false,
                ..
            } => {
                // a server that begins anew sends again what was there
                self.bytes += bytes.checked_sub(self.mark).unwrap_or(*bytes);
                self.mark = *bytes;
            }
            _ => {}
        }
    }
}

impl OpenCall {
    /// Bytes that have arrived in this run.
    pub fn received(&self) -> u64 {
        self.forwarder.received(&self.id).unwrap_or(0)
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        let call = self.forwarder.calls().remove(&self.id);
        if let Some((note, end)) = call.and_then(|call| call.end) {
            self.forwarder.tell(note, end);
        }
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

#[cfg(test)]
mod tests;
