//! Opening the queue: what an earlier run left, in good order or not. And closing it.

use std::collections::HashMap;
use std::sync::Arc;

use aniworld_core::app::Signal;
use tokio::sync::{Mutex, watch};

use super::announce::{Announcer, Happened};
use super::service::{DownloadService, PARALLEL_DEFAULT, PARALLEL_MAX, Pulse, Shared, State};
use super::{JobFailure, JobState, Queue, QueueError};
use crate::anime::progress_id;
use crate::progress::Decision;
use crate::store::{Durability, JobChange, Outcome, Store, StoreFailure, StoredJob};
use crate::{AnimeService, ProgressService};

/// A job that ran in so many crashes is held to be their cause.
const CRASHES: u32 = 2;

/// How a queue works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueOptions {
    /// How many jobs run at once: 1 to 16.
    pub parallel: u32,
    /// Whether it starts jobs by itself. If not, [`DownloadService::run_until_idle`] makes it.
    pub run: bool,
}

impl Default for QueueOptions {
    fn default() -> Self {
        Self {
            parallel: PARALLEL_DEFAULT,
            run: true,
        }
    }
}

/// What became of the jobs of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSummary {
    /// Downloaded.
    pub completed: u32,
    /// There already.
    pub skipped: u32,
    /// Given up by the user.
    pub cancelled: u32,
    /// Failed, each with its reason, in the order of their ends.
    pub failed: Vec<Outcome>,
}

impl DownloadService {
    /// Opens the queue of a store: what ran when the program ended is queued again at its old place, paused
    /// jobs stay paused, and a job that ran in two crashes in a row fails.
    pub async fn new(
        anime: AnimeService,
        progress: ProgressService,
        store: Store,
        options: QueueOptions,
    ) -> Result<Self, QueueError> {
        let shared = Arc::new(Shared {
            announcer: Announcer::new(progress.clone()),
            anime,
            progress,
            state: Mutex::new(State {
                queue: Queue::new(options.parallel.clamp(1, PARALLEL_MAX) as usize),
                controls: HashMap::new(),
                works: false,
                watched: false,
            }),
            pulse: watch::Sender::new(Pulse::default()),
            outcomes_before: store.on_blocking(Store::last_outcome).await?,
            store,
        });
        shared.recover().await?;
        let service = Self { shared };
        if options.run {
            service.work().await?;
        }
        Ok(service)
    }

    /// Lets the queue work and returns when nothing runs and nothing is left to start: everything ended, is
    /// paused, or "pause all" is in force. Tells what ended since the queue was opened.
    pub async fn run_until_idle(&self) -> Result<RunSummary, QueueError> {
        self.work().await?;
        self.idle().await;
        let since = self.shared.outcomes_before;
        let outcomes = self
            .shared
            .on_store(move |store| store.outcomes_after(since))
            .await?;
        Ok(summary(outcomes))
    }

    /// Returns when nothing runs and nothing would start by itself, and progress says so.
    pub async fn idle(&self) {
        let mut pulse = self.shared.pulse.subscribe();
        // the sender lives in `self`
        let _ = pulse.wait_for(|pulse| pulse.idle).await;
        self.said().await;
    }

    /// Stops everything so that it can be resumed, keeps that, and returns when nothing runs any more.
    pub async fn shutdown(&self) {
        {
            let mut state = self.shared.state.lock().await;
            state.works = false;
            for (id, running) in &state.controls {
                // what the user paused or gave up stops by itself
                if state.queue.state(*id).is_some_and(JobState::is_active) && !running.cancelled {
                    running.control.set(Signal::Interrupt);
                }
            }
            self.shared.republish(&state);
        }
        let mut pulse = self.shared.pulse.subscribe();
        let _ = pulse.wait_for(|pulse| pulse.running == 0).await;
        self.said().await;
    }

    /// A change is announced after the pulse, under the same lock: once that is free, it was.
    async fn said(&self) {
        drop(self.shared.state.lock().await);
    }

    async fn work(&self) -> Result<(), QueueError> {
        self.order(|shared| async move {
            let mut state = shared.state.lock().await;
            state.works = true;
            shared.fill(&mut state).await?;
            Ok(())
        })
        .await
    }
}

impl Shared {
    async fn recover(self: &Arc<Self>) -> Result<(), QueueError> {
        self.recall_all().await;
        let quarantine = JobFailure::quarantine();
        let suspects = self
            .on_store({
                let quarantine = quarantine.clone();
                move |store| store.recover_jobs(CRASHES, &quarantine)
            })
            .await?;
        let (open, stopped, to_clean, paused, status) = self.on_store(read_all).await?;
        let mut state = self.state.lock().await;
        state.queue.set_paused(paused);
        for job in &open {
            state.queue.insert(job.id, job.position, job.state);
            self.announcer.planned(&job.label, job.total);
        }
        self.publish(&state, status);
        self.announcer.open(*self.pulse.borrow());
        for job in &stopped {
            match job.state {
                JobState::Paused => self.announcer.paused(job),
                _ => self.announcer.interrupted(job),
            }
        }
        for job in &suspects {
            let decision = Decision::Quarantined { crashes: CRASHES };
            self.decided(&progress_id(&job.label), decision);
            self.announcer.failed(job, &quarantine);
            self.announce(Happened::Failed(&job.label));
        }
        drop(state);
        for job in &to_clean {
            self.clean(job).await;
        }
        Ok(())
    }

    /// The journals of jobs that have not ended go on, before anything is said about them.
    async fn recall_all(&self) {
        match self.on_store(Store::journals_of_open_jobs).await {
            Ok(journals) => {
                for (operation, journal) in journals {
                    self.progress.adopt_journal(&operation, journal);
                }
            }
            // the jobs matter more than their stories
            Err(failure) => tracing::warn!(%failure, "the journals of an earlier run cannot be read"),
        }
    }

    /// Removes what a cancelled job left on disk, and remembers that it is done.
    async fn clean(&self, job: &StoredJob) {
        let call = self.call(job);
        let is_clean = self.discard(job, &call).await;
        drop(call);
        if !is_clean {
            return;
        }
        let cleaned = vec![JobChange::Cleaned(job.id)];
        let state = self.state.lock().await;
        if let Err(failure) = self.commit(&state, Durability::Process, cleaned).await {
            // the next start cleans once more, which finds nothing
            tracing::warn!(%failure, job = job.id.0, "a cleaned job could not be marked");
        }
    }
}

type Left = (
    Vec<crate::store::OpenJob>,
    Vec<StoredJob>,
    Vec<StoredJob>,
    bool,
    super::QueueStatus,
);

fn read_all(store: &Store) -> Result<Left, StoreFailure> {
    Ok((
        store.open_jobs()?,
        store.stopped_jobs()?,
        store.jobs_to_clean()?,
        store.queue_paused()?,
        store.queue_status()?,
    ))
}

fn summary(outcomes: Vec<Outcome>) -> RunSummary {
    let mut summary = RunSummary::default();
    for outcome in outcomes {
        match outcome.state {
            JobState::Completed => summary.completed += 1,
            JobState::Skipped => summary.skipped += 1,
            JobState::Cancelled => summary.cancelled += 1,
            _ => summary.failed.push(outcome),
        }
    }
    summary
}
