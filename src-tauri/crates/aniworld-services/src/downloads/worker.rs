//! Runs one job and brings its end into the queue.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;

use aniworld_core::app::{Control, DownloadFailure, Downloaded, EpisodeDownload, Signal};
use aniworld_core::transfer::{TransferError, host_of};
use futures_util::FutureExt;
use tokio::sync::MutexGuard;

use super::announce::Happened;
use super::service::{Running, Shared, State};
use super::{JobFailure, JobState};
use crate::anime::{OpenCall, progress_id};
use crate::progress::{Metadata, keys};
use crate::store::{Durability, Ending, JobChange, Store, StoredJob};

/// How a transfer ended, as far as the queue cares.
#[derive(Debug)]
enum End {
    /// The file is in place.
    Done(JobState, u64),
    /// Stopped by an order; what it has stays on disk.
    Stopped,
    /// Stopped for good; nothing is left on disk.
    Cancelled,
    Failed(JobFailure),
}

impl Shared {
    /// Starts the transfer of a job that the queue has marked as starting.
    pub(super) fn run(self: &Arc<Self>, state: &mut MutexGuard<'_, State>, job: &StoredJob) {
        let control = Control::new();
        state.controls.insert(
            job.id,
            Running {
                control: control.clone(),
                progress_id: progress_id(&job.label),
                cancelled: false,
            },
        );
        let (shared, job) = (Arc::clone(self), job.clone());
        tokio::spawn(async move {
            let call = shared.call(&job);
            let transfer = shared.transfer(&job, &control, &call);
            // a panic must not keep the slot
            let end = match AssertUnwindSafe(transfer).catch_unwind().await {
                Ok(outcome) => end_of(outcome, control.get()),
                Err(_) => End::Failed(JobFailure::broken_off()),
            };
            shared.conclude(&job, end, call).await;
        });
    }

    /// Removes what a job left that was given up and does not run, and ends it. Until then it counts as one
    /// whose transfer has not stopped yet.
    pub(super) fn sweep(self: &Arc<Self>, state: &mut MutexGuard<'_, State>, job: &StoredJob) {
        let control = Control::new();
        control.set(Signal::Cancel);
        state.queue.hold(job.id);
        state.controls.insert(
            job.id,
            Running {
                control,
                progress_id: progress_id(&job.label),
                cancelled: true,
            },
        );
        self.republish(state);
        let (shared, job) = (Arc::clone(self), job.clone());
        tokio::spawn(async move {
            let call = shared.call(&job);
            shared.conclude(&job, End::Stopped, call).await;
        });
    }

    pub(super) fn call(&self, job: &StoredJob) -> OpenCall {
        let extra = Metadata::from([
            (keys::JOB.to_owned(), job.id.0.into()),
            (keys::ATTEMPT.to_owned(), job.attempt.into()),
            (keys::HOST.to_owned(), host_of(&job.asset.url).into()),
        ]);
        self.anime.open_call(&job.label, extra)
    }

    async fn transfer(
        &self,
        job: &StoredJob,
        control: &Control,
        call: &OpenCall,
    ) -> Result<Downloaded, DownloadFailure> {
        let request = self.request(job).await?;
        self.anime.download_in(call, request, control).await
    }

    /// The job as a download into the library as it is now.
    async fn request(&self, job: &StoredJob) -> Result<EpisodeDownload, DownloadFailure> {
        let library = self.on_store(Store::library).await;
        let root = match library.map_err(|failure| DownloadFailure::Store(failure.to_string()))? {
            Some((root, _)) => root.path,
            None => return Err(DownloadFailure::LibraryMissing { path: PathBuf::new() }),
        };
        Ok(EpisodeDownload {
            label: Arc::new(job.label.clone()),
            asset: job.asset.clone(),
            root,
        })
    }

    /// Removes what a stopped job left on disk. `false` if that is not possible now.
    pub(super) async fn discard(&self, job: &StoredJob, call: &OpenCall) -> bool {
        let control = Control::new();
        control.set(Signal::Cancel);
        let is_clean = match self.transfer(job, &control, call).await {
            // the episode is there: what lay beside it is gone
            Ok(_) | Err(DownloadFailure::Transfer(TransferError::Cancelled)) => true,
            Err(failure) => {
                tracing::warn!(%failure, job = job.id.0, "what a cancelled download left cannot be removed yet");
                false
            }
        };
        self.remove_folders(job).await;
        is_clean
    }

    /// Removes the empty folders that an earlier run of a job may have made. A series folder that was there
    /// before, as the last walk saw it, stays.
    async fn remove_folders(&self, job: &StoredJob) {
        let serie_folder = job.label.serie_folder.clone();
        let known = self
            .on_store(move |store| store.knows_serie_folder(&serie_folder))
            .await;
        match (self.request(job).await, known) {
            (Ok(request), Ok(was_there)) => self.anime.remove_folders(request, was_there).await,
            (Err(_), _) | (_, Err(_)) => tracing::warn!(job = job.id.0, "an empty folder may be left"),
        }
    }

    /// Keeps how a job ended, and only then lets anybody hear of it: the call tells its end when dropped.
    async fn conclude(self: &Arc<Self>, job: &StoredJob, end: End, call: OpenCall) {
        if matches!(end, End::Cancelled) && job.ran {
            // the transfer removed what it made itself, and knows nothing of the runs before it
            self.remove_folders(job).await;
        }
        let mut clean = matches!(end, End::Done(..) | End::Cancelled);
        let mut tried = clean;
        let mut state = loop {
            let state = self.state.lock().await;
            let given_up = state
                .controls
                .get(&job.id)
                .is_some_and(|running| running.cancelled);
            if tried || !given_up {
                break state;
            }
            // it was told to cancel after it had stopped for another reason, or did not run at all
            drop(state);
            clean = self.discard(job, &call).await;
            tried = true;
        };
        let given_up = state
            .controls
            .get(&job.id)
            .is_some_and(|running| running.cancelled);
        let end = match end {
            End::Stopped | End::Failed(_) if given_up => End::Cancelled,
            end => end,
        };
        let (next, mut changes) = self.changes(&state, job, &end, clean);
        changes.insert(0, JobChange::Received(job.id, call.received()));
        if let Err(failure) = self.commit(&state, Durability::Process, changes).await {
            // the store still says that it runs: the next start of the program takes it up again
            tracing::error!(%failure, job = job.id.0, "the end of a download could not be kept");
            self.announcer.store_failed(&failure);
        }
        if let Some(next) = next
            && let Err(illegal) = state.queue.change(job.id, next)
        {
            tracing::error!(
                job = job.id.0,
                ?next,
                ?illegal,
                "a job ended in a state that cannot follow"
            );
        }
        state.queue.released(job.id);
        state.controls.remove(&job.id);
        self.republish(&state);
        drop(call);
        self.tell(&state, job, &end);
        self.fill_or_report(&mut state).await;
    }

    /// The state that follows, and what the store must know of it.
    fn changes(
        &self,
        state: &State,
        job: &StoredJob,
        end: &End,
        clean: bool,
    ) -> (Option<JobState>, Vec<JobChange>) {
        let ending = |state, bytes, failure, cleanup| {
            let ending = Ending {
                id: job.id,
                state,
                bytes,
                failure,
                cleanup,
            };
            (Some(state), vec![JobChange::End(ending)])
        };
        match end {
            End::Done(done, bytes) => ending(*done, Some(*bytes), None, false),
            End::Cancelled => ending(JobState::Cancelled, None, None, !clean),
            End::Failed(failure) => ending(JobState::Failed, None, Some(failure.clone()), false),
            End::Stopped => {
                let figures = self.progress.get(&progress_id(&job.label));
                let stopped = JobChange::Stopped {
                    id: job.id,
                    bytes: figures.as_ref().map_or(job.bytes, |it| it.current),
                    total: figures.and_then(|it| it.total),
                };
                // an order that came first has moved it to paused or queued already
                if state.queue.state(job.id).is_some_and(JobState::is_active) {
                    (Some(JobState::Queued), vec![stopped, JobChange::Queue(job.id)])
                } else {
                    (None, vec![stopped])
                }
            }
        }
    }

    fn tell(&self, state: &State, job: &StoredJob, end: &End) {
        match end {
            End::Done(JobState::Skipped, _) => self.announce(Happened::Skipped(&job.label)),
            End::Done(..) => self.announce(Happened::Completed(&job.label)),
            End::Cancelled => {
                self.announcer.cancelled(job);
                self.announce(Happened::Cancelled(&job.label));
            }
            End::Failed(failure) => {
                self.announcer.failed(job, failure);
                self.announce(Happened::Failed(&job.label));
            }
            End::Stopped => {
                if state.queue.state(job.id) == Some(JobState::Queued) && state.works {
                    self.announcer.queued_again(job);
                }
                // also where it is queued: the next start may be held back, and something less runs now
                self.announce(Happened::Stopped(&job.label));
            }
        }
    }
}

fn end_of(outcome: Result<Downloaded, DownloadFailure>, wanted: Signal) -> End {
    match outcome {
        Ok(done) if done.skipped_existing => End::Done(JobState::Skipped, done.bytes),
        Ok(done) => End::Done(JobState::Completed, done.bytes),
        Err(DownloadFailure::Transfer(TransferError::Paused | TransferError::Interrupted)) => match wanted {
            // nobody asked for it; started again at once it would only break off again
            Signal::Run => End::Failed(JobFailure::broken_off()),
            Signal::Pause | Signal::Cancel | Signal::Interrupt => End::Stopped,
        },
        Err(DownloadFailure::Transfer(TransferError::Cancelled)) => End::Cancelled,
        Err(failure) => End::Failed(JobFailure::from(&failure)),
    }
}
