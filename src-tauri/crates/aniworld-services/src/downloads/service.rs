//! `DownloadService` itself: what its clones share, and the one way in which the queue changes.
//!
//! Every change is made in this order: it is checked against the pure queue, committed to the store, taken
//! into the queue, and only then announced and acted on. Orders run in tasks of their own, so a caller
//! that stops waiting never leaves the store and the queue apart.

use std::collections::HashMap;
use std::sync::Arc;

use aniworld_core::app::Control;
use aniworld_core::events::EpisodeLabel;
use tokio::sync::{Mutex, MutexGuard, watch};

use super::announce::{Announcer, Happened};
use super::{JobId, JobState, Queue, QueueError, QueueStatus, count};
use crate::anime::progress_id;
use crate::progress::{Decision, Note};
use crate::store::{Durability, JobChange, Store, StoreFailure, StoredJob};
use crate::{AnimeService, ProgressService};

/// Downloads at the same time, unless the settings say otherwise.
pub const PARALLEL_DEFAULT: u32 = 3;
/// Downloads at the same time at most.
pub const PARALLEL_MAX: u32 = 16;

/// The persistent FIFO queue. Clones are the same queue.
///
/// Publishes `download_queue` through [`ProgressService`]; the downloads themselves are reported by
/// [`AnimeService`]. All methods must be called inside a tokio runtime.
#[derive(Debug, Clone)]
pub struct DownloadService {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) anime: AnimeService,
    pub(super) progress: ProgressService,
    pub(super) store: Store,
    pub(super) announcer: Announcer,
    pub(super) state: Mutex<State>,
    /// What can be asked without waiting.
    pub(super) pulse: watch::Sender<Pulse>,
    /// The last outcome before this service: what came later belongs to this run.
    pub(super) outcomes_before: i64,
}

/// What is guarded: the queue, and who steers which transfer.
#[derive(Debug)]
pub(super) struct State {
    pub(super) queue: Queue,
    pub(super) controls: HashMap<JobId, Running>,
    /// Whether jobs are started at all.
    pub(super) works: bool,
    /// Whether somebody looks at the figures of running jobs once a second.
    pub(super) watched: bool,
}

/// The handle of a running transfer.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) control: Control,
    pub(super) progress_id: String,
    /// Given up by the user: whatever comes of it, nothing may stay.
    pub(super) cancelled: bool,
}

/// The queue as everybody may see it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pulse {
    pub(super) status: QueueStatus,
    pub(super) paused: bool,
    pub(super) idle: bool,
    pub(super) running: usize,
    /// Ended jobs of this run, and all of it.
    pub(super) run: (usize, usize),
}

impl DownloadService {
    /// How many jobs are in each group.
    pub fn status(&self) -> QueueStatus {
        self.shared.pulse.borrow().status
    }

    /// Whether "pause all" is in force.
    pub fn is_paused(&self) -> bool {
        self.shared.pulse.borrow().paused
    }

    /// Runs an order to its end, whether or not the caller goes on waiting.
    pub(super) async fn order<T, F>(&self, order: impl FnOnce(Arc<Shared>) -> F) -> Result<T, QueueError>
    where
        F: Future<Output = Result<T, QueueError>> + Send + 'static,
        T: Send + 'static,
    {
        match tokio::spawn(order(Arc::clone(&self.shared))).await {
            Ok(outcome) => outcome,
            Err(error) => Err(StoreFailure(format!("the order broke off: {error}")).into()),
        }
    }
}

impl Shared {
    /// Asks or changes the store without blocking the runtime.
    pub(super) async fn on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreFailure> + Send + 'static,
    ) -> Result<T, StoreFailure> {
        self.store.on_blocking(work).await
    }

    /// Commits changes, then makes the figures known to whoever asks.
    pub(super) async fn commit(
        &self,
        state: &State,
        durability: Durability,
        changes: Vec<JobChange>,
    ) -> Result<(), StoreFailure> {
        let status = self
            .on_store(move |store| store.change_jobs(durability, &changes))
            .await?;
        self.publish(state, status);
        Ok(())
    }

    /// Brings the pulse up to date. Figures come from the store, the rest from the queue.
    pub(super) fn publish(&self, state: &State, status: QueueStatus) {
        self.pulse.send_replace(Pulse {
            status,
            paused: state.queue.is_paused(),
            idle: state.queue.is_idle() || !state.works,
            running: state.controls.len(),
            run: state.queue.ended_of_run(),
        });
    }

    /// The same after a change of the queue that left the store's figures alone.
    pub(super) fn republish(&self, state: &State) {
        let status = self.pulse.borrow().status;
        self.publish(state, status);
    }

    /// Notes a decision in the journal of an operation.
    pub(super) fn decided(&self, operation: &str, decision: Decision) {
        self.progress.note(operation, Note::Decided(decision));
    }

    /// The same for a job that may have ended in an earlier run of the program.
    pub(super) async fn remark(&self, label: &EpisodeLabel, decision: Decision) {
        self.recall(label).await;
        self.decided(&progress_id(label), decision);
    }

    /// Goes on with the journal that an earlier run of the program kept.
    pub(super) async fn recall(&self, label: &EpisodeLabel) {
        let operation = progress_id(label);
        if self.progress.journal(&operation).is_some() {
            return;
        }
        let asked = operation.clone();
        match self.on_store(move |store| store.journal(&asked)).await {
            Ok(Some(journal)) => self.progress.adopt_journal(&operation, journal),
            Ok(None) => {}
            // the job matters more than its story
            Err(failure) => tracing::warn!(%failure, operation, "an earlier journal cannot be read"),
        }
    }

    /// The job as the store has it.
    pub(super) async fn stored(&self, id: JobId) -> Result<StoredJob, QueueError> {
        let job = self.on_store(move |store| store.stored_job(id)).await?;
        job.ok_or(QueueError::Unknown(id))
    }

    /// Refuses an order that the table of states does not know.
    pub(super) async fn check(
        &self,
        state: &State,
        id: JobId,
        next: JobState,
        wanted: &'static str,
    ) -> Result<StoredJob, QueueError> {
        let job = self.stored(id).await?;
        // the queue knows a running job better than the store, which hears of its phases once a second
        let now = state.queue.state(id).unwrap_or(job.state);
        if now.may_become(next, false) {
            Ok(StoredJob { state: now, ..job })
        } else {
            Err(QueueError::State {
                job: id,
                state: now,
                wanted,
            })
        }
    }

    /// Starts what may start: commits it, then runs it.
    pub(super) async fn fill(
        self: &Arc<Self>,
        state: &mut MutexGuard<'_, State>,
    ) -> Result<(), StoreFailure> {
        if !state.works {
            return Ok(());
        }
        let startable = state.queue.startable();
        if startable.is_empty() {
            self.republish(state);
            return Ok(());
        }
        let starts = startable.iter().copied().map(JobChange::Start).collect();
        let ids = startable.clone();
        let jobs = self
            .on_store(move |store| {
                ids.iter()
                    .map(|id| store.stored_job(*id))
                    .collect::<Result<Vec<_>, _>>()
            })
            .await?;
        for job in jobs.iter().flatten() {
            self.recall(&job.label).await;
        }
        self.commit(state, Durability::Process, starts).await?;
        for (id, job) in startable.into_iter().zip(jobs) {
            let began = state.queue.change(id, JobState::Starting);
            match (began, job) {
                (Ok(_), Some(job)) => {
                    let picked = Decision::Picked {
                        running: count(state.queue.running().count()),
                        parallel: count(state.queue.parallel()),
                    };
                    self.decided(&progress_id(&job.label), picked);
                    self.run(state, &job);
                    self.republish(state);
                    self.announce(Happened::Started(&job.label));
                }
                (began, job) => {
                    tracing::error!(job = id.0, ?began, known = job.is_some(), "a job cannot start");
                }
            }
        }
        self.keep_watch(state);
        Ok(())
    }

    /// The same after something that is done, whatever comes of this: a failure of the store is reported, and
    /// the next change tries again.
    pub(super) async fn fill_or_report(self: &Arc<Self>, state: &mut MutexGuard<'_, State>) {
        if let Err(failure) = self.fill(state).await {
            tracing::error!(%failure, "the queue cannot go on");
            self.announcer.store_failed(&failure);
        }
    }
}
