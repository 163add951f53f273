//! What waits for the next frame: state changes in order, and the latest sample of each operation.

use std::collections::{HashMap, HashSet, VecDeque};

use aniworld_services::progress::{ProgressEvent, Significance};

/// How many state changes may wait.
const CHANGES_LIMIT: usize = 2_048;

#[derive(Debug, Default)]
pub(super) struct Backlog {
    changes: VecDeque<ProgressEvent>,
    samples: HashMap<String, ProgressEvent>,
    /// Ids of `samples` in the order in which they began to wait; some may be gone.
    order: VecDeque<String>,
}

impl Backlog {
    /// Takes an event. `false` if too many wait: nothing more can be promised then.
    pub(super) fn push(&mut self, event: ProgressEvent) -> bool {
        let id = &event.progress.id;
        match event.significance {
            Significance::Sample => {
                if let Some(waiting) = self.samples.get_mut(id) {
                    *waiting = event;
                } else {
                    self.order.push_back(id.clone());
                    self.samples.insert(id.clone(), event);
                }
            }
            Significance::StateChange => {
                if self.changes.len() == CHANGES_LIMIT {
                    return false;
                }
                // it says at least as much as the sample before it
                self.samples.remove(id);
                self.changes.push_back(event);
                self.compact();
            }
        }
        true
    }

    /// Takes out up to `limit` events: changes first; samples only behind the last change, so that no sample
    /// overtakes a change of its operation. Also says whether samples were looked for.
    pub(super) fn drain(&mut self, limit: usize, samples_too: bool) -> (Vec<ProgressEvent>, bool) {
        let count = self.changes.len().min(limit);
        let mut events: Vec<ProgressEvent> = self.changes.drain(..count).collect();
        let with_samples = samples_too && self.changes.is_empty() && events.len() < limit;
        while with_samples && events.len() < limit {
            let Some(id) = self.order.pop_front() else { break };
            events.extend(self.samples.remove(&id));
        }
        if self.samples.is_empty() {
            self.order.clear();
        }
        (events, with_samples)
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&ProgressEvent) -> bool) {
        self.changes.retain(&keep);
        self.samples.retain(|_, event| keep(event));
    }

    /// Forgets ids that are gone, before they outnumber the others.
    fn compact(&mut self) {
        if self.order.len() > 2 * self.samples.len() + 64 {
            let mut seen = HashSet::new();
            let samples = &self.samples;
            self.order
                .retain(|id| samples.contains_key(id) && seen.insert(id.clone()));
        }
    }

    pub(super) fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.samples.is_empty()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
