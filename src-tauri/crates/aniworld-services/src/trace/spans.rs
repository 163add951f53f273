//! Which spans are open, and what is written when an operation changes. Bounded by the operations that are active.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tracing::Span;

use super::TARGET;
use crate::progress::{Delivery, Progress, ProgressStatus, ProgressType, Significance, Snapshot, keys};

/// The open spans, by the id of their operation.
#[derive(Debug, Default)]
pub(super) struct Spans {
    open: BTreeMap<String, Open>,
}

/// The span of one attempt.
#[derive(Debug)]
struct Open {
    attempt: u64,
    span: Span,
    /// What was written last.
    state: State,
}

/// What is worth an event when it changes.
#[derive(Debug, Clone, PartialEq)]
struct State {
    status: ProgressStatus,
    phase: Option<String>,
    reason: Option<String>,
    error_code: Option<String>,
}

impl Spans {
    /// Takes what a mailbox hands out.
    pub(super) fn take(&mut self, delivery: Delivery) {
        match delivery {
            Delivery::Event(event) if event.significance == Significance::Sample => {}
            Delivery::Event(event) => self.change(&event.progress),
            Delivery::Resync(snapshot) => self.begin_anew(&snapshot),
        }
    }

    fn change(&mut self, progress: &Progress) {
        if is_derived(progress) {
            return;
        }
        let attempt = attempt(progress);
        if progress.status.is_terminal() {
            // the end of an attempt that never had a span is nothing to close
            let open = self.open.remove(&progress.id);
            if let Some(open) = open.filter(|open| open.attempt == attempt) {
                write_end(&open.span, progress);
            }
            return;
        }
        let state = State::of(progress);
        match self.open.get_mut(&progress.id) {
            Some(open) if open.attempt == attempt => {
                if open.state != state {
                    state.write(&open.span);
                    open.state = state;
                }
            }
            _ => {
                let span = span(progress, attempt);
                state.write(&span);
                // a span that was open for an earlier attempt is closed by this
                self.open
                    .insert(progress.id.clone(), Open { attempt, span, state });
            }
        }
    }

    /// After an overflow: what ended meanwhile is closed, with its end where the snapshot still knows it; what
    /// began and ended meanwhile was never seen here, and is not made up.
    fn begin_anew(&mut self, snapshot: &Snapshot) {
        for progress in &snapshot.past {
            self.change(progress);
        }
        let active: BTreeSet<&str> = snapshot.active.iter().map(|it| it.id.as_str()).collect();
        self.open.retain(|id, _| active.contains(id.as_str()));
        for progress in &snapshot.active {
            self.change(progress);
        }
    }

    /// The operations whose spans are open.
    #[cfg(test)]
    pub(super) fn ids(&self) -> Vec<String> {
        self.open.keys().cloned().collect()
    }
}

impl State {
    fn of(progress: &Progress) -> Self {
        Self {
            status: progress.status,
            phase: text(progress, keys::PHASE),
            reason: text(progress, keys::REASON),
            error_code: text(progress, keys::ERROR_CODE),
        }
    }

    fn write(&self, span: &Span) {
        tracing::info!(
            target: TARGET,
            parent: span,
            status = word(self.status),
            phase = self.phase.as_deref(),
            reason = self.reason.as_deref(),
            error_code = self.error_code.as_deref(),
            "changed"
        );
    }
}

fn span(progress: &Progress, attempt: u64) -> Span {
    let of_download = |key: &str| {
        let is_download = progress.kind == ProgressType::Download;
        progress.metadata.get(key).filter(|_| is_download)
    };
    let series = of_download(keys::SERIES).and_then(Value::as_str);
    let season = of_download(keys::SEASON).and_then(Value::as_u64);
    let episode = of_download(keys::EPISODE).and_then(Value::as_str);
    tracing::info_span!(
        target: TARGET,
        parent: None,
        "operation",
        id = progress.id,
        kind = progress.kind.as_str(),
        attempt,
        series,
        season,
        episode,
    )
}

fn write_end(span: &Span, progress: &Progress) {
    let state = State::of(progress);
    let is_download = progress.kind == ProgressType::Download;
    let took = progress.updated_at.duration_since(progress.started_at);
    tracing::info!(
        target: TARGET,
        parent: span,
        outcome = word(progress.status),
        reason = state.reason.as_deref(),
        error_code = state.error_code.as_deref(),
        bytes = is_download.then_some(progress.current),
        duration_s = took.as_secs_f64(),
        "ended"
    );
}

fn is_derived(progress: &Progress) -> bool {
    progress.metadata.contains_key(keys::SCOPE)
}

fn attempt(progress: &Progress) -> u64 {
    let attempt = progress.metadata.get(keys::ATTEMPT);
    attempt.and_then(Value::as_u64).unwrap_or(1)
}

fn text(progress: &Progress, key: &str) -> Option<String> {
    let value = progress.metadata.get(key);
    value.and_then(Value::as_str).map(str::to_owned)
}

fn word(status: ProgressStatus) -> &'static str {
    match status {
        ProgressStatus::Started => "started",
        ProgressStatus::InProgress => "in_progress",
        ProgressStatus::Paused => "paused",
        ProgressStatus::Waiting => "waiting",
        ProgressStatus::Completed => "completed",
        ProgressStatus::Failed => "failed",
        ProgressStatus::Cancelled => "cancelled",
    }
}
