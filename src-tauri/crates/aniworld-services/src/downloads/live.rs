//! While something runs: once a second, what running jobs are at goes into the store, in one commit. So lists
//! are true, and after a crash it is known how far a job was. Asleep while nothing runs.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use serde_json::Value;

use super::service::{Shared, State};
use super::{JobId, JobState};
use crate::progress::{Progress, ProgressStatus, keys};
use crate::store::{Durability, JobChange};

/// How often. One commit a second leaves the disk to the downloads.
const EVERY: Duration = Duration::from_secs(1);

type Seen = HashMap<JobId, (JobState, u64)>;

impl Shared {
    /// Begins to look, unless somebody does.
    pub(super) fn keep_watch(self: &Arc<Self>, state: &mut State) {
        if !state.watched && !state.controls.is_empty() {
            state.watched = true;
            tokio::spawn(watch(Arc::downgrade(self)));
        }
    }

    /// One look. `false` when nothing runs any more.
    async fn look(&self, seen: &mut Seen) -> bool {
        let mut state = self.state.lock().await;
        if state.controls.is_empty() {
            state.watched = false;
            return false;
        }
        let changes = self.news(&mut state, seen);
        if !changes.is_empty()
            && let Err(failure) = self.commit(&state, Durability::Process, changes).await
        {
            tracing::warn!(%failure, "the state of running downloads could not be kept");
        }
        true
    }

    fn news(&self, state: &mut State, seen: &mut Seen) -> Vec<JobChange> {
        seen.retain(|id, _| state.controls.contains_key(id));
        let mut changes = Vec::new();
        let State { queue, controls, .. } = state;
        for (id, running) in controls.iter().filter(|(_, running)| !running.cancelled) {
            // stopping jobs are paused or queued already, which is not for their transfer to change
            if !queue.state(*id).is_some_and(JobState::is_active) {
                continue;
            }
            let Some(progress) = self.progress.get(&running.progress_id) else {
                continue;
            };
            let Some(now) = state_of(&progress) else { continue };
            if seen.insert(*id, (now, progress.current)) == Some((now, progress.current)) {
                continue;
            }
            if now != JobState::Starting {
                // every active state may follow every other
                let _ = queue.change(*id, now);
            }
            changes.push(JobChange::Live {
                id: *id,
                state: now,
                bytes: progress.current,
                total: progress.total,
            });
            if let Some(received) = self.anime.received(&running.progress_id) {
                changes.push(JobChange::Received(*id, received));
            }
        }
        changes
    }
}

async fn watch(shared: Weak<Shared>) {
    let mut seen = Seen::new();
    loop {
        tokio::time::sleep(EVERY).await;
        match shared.upgrade() {
            Some(shared) if shared.look(&mut seen).await => {}
            _ => return,
        }
    }
}

/// The state of a running job in the words of its operation.
fn state_of(progress: &Progress) -> Option<JobState> {
    match progress.status {
        ProgressStatus::Started => Some(JobState::Starting),
        ProgressStatus::Waiting => Some(JobState::Waiting),
        ProgressStatus::InProgress => {
            Some(match progress.metadata.get(keys::PHASE).and_then(Value::as_str) {
                Some("verifying") => JobState::Verifying,
                Some("processing") => JobState::Processing,
                Some("moving") => JobState::Moving,
                _ => JobState::Downloading,
            })
        }
        ProgressStatus::Paused
        | ProgressStatus::Completed
        | ProgressStatus::Failed
        | ProgressStatus::Cancelled => None,
    }
}
