//! The order of the queue: a pure state machine. Knows no store, no task and no time.
//!
//! Jobs run in the order of their places. A place is kept through pause, crash and shutdown; only a job
//! that is tried again goes to the end.

use std::collections::{BTreeSet, HashMap};

use super::{JobId, JobState};

/// A transition that the table of [`JobState`] does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Illegal {
    /// The state of the job; `None`: it is not in the queue.
    pub from: Option<JobState>,
}

/// The jobs that have not ended.
#[derive(Debug, Clone)]
pub struct Queue {
    jobs: HashMap<JobId, Entry>,
    /// Queued jobs by place.
    ready: BTreeSet<(i64, JobId)>,
    /// Jobs whose transfer exists: active ones, those told to stop that have not stopped yet, and those whose
    /// leftovers are being removed.
    running: BTreeSet<JobId>,
    parallel: usize,
    paused: bool,
    /// Jobs that have ended since the queue was last empty.
    ended: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    place: i64,
    state: JobState,
}

impl Queue {
    /// An empty queue that runs so many jobs at once.
    pub fn new(parallel: usize) -> Self {
        Self {
            jobs: HashMap::new(),
            ready: BTreeSet::new(),
            running: BTreeSet::new(),
            parallel,
            paused: false,
            ended: 0,
        }
    }

    /// Takes in a job that is queued or paused. The first one of an empty queue begins a new run.
    pub fn insert(&mut self, id: JobId, place: i64, state: JobState) {
        if self.jobs.is_empty() {
            self.ended = 0;
        }
        self.jobs.insert(id, Entry { place, state });
        if state == JobState::Queued {
            self.ready.insert((place, id));
        }
    }

    /// Jobs to start now, in order: queued, not held back, and as many as there are free slots.
    pub fn startable(&self) -> Vec<JobId> {
        if self.paused {
            return Vec::new();
        }
        let free = self.parallel.saturating_sub(self.running.len());
        let ready = self.ready.iter().map(|(_, id)| *id);
        ready.filter(|id| !self.running.contains(id)).take(free).collect()
    }

    /// Whether the transition is in the table.
    pub fn check(&self, id: JobId, next: JobState) -> Result<JobState, Illegal> {
        let from = self.jobs.get(&id).map(|entry| entry.state);
        match from {
            Some(state) if state.may_become(next, self.running.contains(&id)) => Ok(state),
            from => Err(Illegal { from }),
        }
    }

    /// Changes a state. A job that ends leaves the queue; its slot is free once it was [`Queue::released`].
    pub fn change(&mut self, id: JobId, next: JobState) -> Result<JobState, Illegal> {
        let before = self.check(id, next)?;
        let Some(entry) = self.jobs.get_mut(&id) else {
            return Err(Illegal { from: None });
        };
        entry.state = next;
        let place = entry.place;
        self.ready.remove(&(place, id));
        match next {
            JobState::Queued => {
                self.ready.insert((place, id));
            }
            JobState::Starting => {
                self.running.insert(id);
            }
            ended if ended.is_terminal() => {
                self.jobs.remove(&id);
                self.ended += 1;
            }
            _ => {}
        }
        Ok(before)
    }

    /// What a job left is being removed: it does not start and keeps a slot until it was [`Queue::released`].
    pub fn hold(&mut self, id: JobId) {
        self.running.insert(id);
    }

    /// The transfer of a job is over, whatever the job is now.
    pub fn released(&mut self, id: JobId) {
        self.running.remove(&id);
    }

    /// The state of a job that has not ended.
    pub fn state(&self, id: JobId) -> Option<JobState> {
        self.jobs.get(&id).map(|entry| entry.state)
    }

    /// Whether a transfer of the job exists.
    pub fn is_running(&self, id: JobId) -> bool {
        self.running.contains(&id)
    }

    /// Jobs whose transfer exists, oldest number first.
    pub fn running(&self) -> impl Iterator<Item = JobId> {
        self.running.iter().copied()
    }

    /// Jobs in one state, in order of their places.
    pub fn in_state(&self, state: JobState) -> Vec<JobId> {
        let mut found: Vec<(i64, JobId)> = self
            .jobs
            .iter()
            .filter(|(_, entry)| entry.state == state)
            .map(|(id, entry)| (entry.place, *id))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// Jobs that have ended since the queue was last empty, of all that it had since then.
    pub fn ended_of_run(&self) -> (usize, usize) {
        (self.ended, self.ended + self.jobs.len())
    }

    /// Whether nothing runs and nothing would start by itself.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty() && (self.paused || self.ready.is_empty())
    }

    /// Whether new jobs are held back.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Holds new jobs back, or no longer.
    pub fn set_paused(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// How many jobs may run at once.
    pub fn parallel(&self) -> usize {
        self.parallel
    }

    /// How many jobs run at once. More than that, already running, run on.
    pub fn set_parallel(&mut self, parallel: usize) {
        self.parallel = parallel;
    }
}

#[cfg(test)]
mod tests;
