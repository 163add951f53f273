//! What users order of the queue: add, pause, resume, cancel, try again, take off the list.

use std::sync::Arc;

use aniworld_core::app::Signal;

use super::announce::Happened;
use super::service::{DownloadService, PARALLEL_MAX, Shared};
use super::{Added, JobId, JobState, QueueError, Selection, count};
use crate::anime::progress_id;
use crate::progress::Decision;
use crate::store::{Durability, Ending, JobChange};

impl DownloadService {
    /// Puts the missing episodes of a selection at the end of the queue, in library order. Episodes that
    /// are in the queue already are counted and left where they are.
    pub async fn add(&self, selection: Selection) -> Result<Added, QueueError> {
        self.order(move |shared| async move { shared.add(selection).await })
            .await
    }

    /// Stops a job; what it has on disk stays. A queued one does not start.
    pub async fn pause(&self, id: JobId) -> Result<(), QueueError> {
        self.order(move |shared| async move { shared.pause(id).await })
            .await
    }

    /// Puts a paused job back to its place.
    pub async fn resume(&self, id: JobId) -> Result<(), QueueError> {
        self.order(move |shared| async move { shared.resume(id).await })
            .await
    }

    /// Gives a job up and returns when no trace of it is left in the library. A download that completes
    /// before it hears of it stays.
    pub async fn cancel(&self, id: JobId) -> Result<(), QueueError> {
        self.order(move |shared| async move { shared.cancel(id).await })
            .await
    }

    /// Puts a failed or cancelled job at the end of the queue.
    pub async fn retry(&self, id: JobId) -> Result<(), QueueError> {
        self.order(move |shared| async move { shared.retry(id).await })
            .await
    }

    /// Takes an ended job off the list. Its file and its line in the history stay.
    pub async fn remove(&self, id: JobId) -> Result<(), QueueError> {
        self.order(move |shared| async move { shared.remove(id).await })
            .await
    }

    /// Takes all ended jobs off the list. Returns how many.
    pub async fn clear_finished(&self) -> Result<usize, QueueError> {
        self.order(move |shared| async move { shared.clear_finished().await })
            .await
    }

    /// Stops all running jobs and starts no others, also not after a restart.
    pub async fn pause_all(&self) -> Result<(), QueueError> {
        self.order(move |shared| async move { shared.pause_all().await })
            .await
    }

    /// Lets the queue work again, and with it every paused job.
    pub async fn resume_all(&self) -> Result<(), QueueError> {
        self.order(move |shared| async move { shared.resume_all().await })
            .await
    }

    /// How many jobs run at once: 1 to 16, anything else becomes the nearest of these. Running ones run on.
    pub async fn set_parallel(&self, parallel: u32) -> Result<(), QueueError> {
        self.order(move |shared| async move {
            let mut state = shared.state.lock().await;
            state.queue.set_parallel(parallel.clamp(1, PARALLEL_MAX) as usize);
            shared.fill(&mut state).await?;
            Ok(())
        })
        .await
    }
}

impl Shared {
    async fn add(self: Arc<Self>, selection: Selection) -> Result<Added, QueueError> {
        let mut state = self.state.lock().await;
        let (wanted, bytes, (jobs, status)) = self
            .on_store(move |store| {
                let wanted = store.new_jobs(selection)?;
                let (jobs, status) = store.add_jobs(&wanted)?;
                let bytes = jobs.iter().map(|job| job.total.unwrap_or(0)).sum::<u64>();
                Ok((wanted.len(), bytes, (jobs, status)))
            })
            .await?;
        if wanted == 0 {
            return Err(QueueError::NothingMissing);
        }
        for job in &jobs {
            state.queue.insert(job.id, job.position, job.state);
            self.announcer.planned(&job.label, job.total);
        }
        self.publish(&state, status);
        if !jobs.is_empty() {
            self.announce(Happened::Added(jobs.len()));
        }
        self.fill_or_report(&mut state).await;
        Ok(Added {
            added: count(jobs.len()),
            already_queued: count(wanted - jobs.len()),
            bytes,
        })
    }

    async fn pause(self: Arc<Self>, id: JobId) -> Result<(), QueueError> {
        let mut state = self.state.lock().await;
        if state.queue.state(id) == Some(JobState::Paused) {
            return Ok(());
        }
        let job = self.check(&state, id, JobState::Paused, "paused").await?;
        self.commit(&state, Durability::Power, vec![JobChange::Pause(id)])
            .await?;
        // checked above, under the same lock
        let _ = state.queue.change(id, JobState::Paused);
        self.remark(&job.label, Decision::Paused).await;
        match state.controls.get(&id) {
            Some(running) => running.control.set(Signal::Pause),
            None => self.announcer.paused(&job),
        }
        self.announce(Happened::Paused(&job.label));
        self.fill_or_report(&mut state).await;
        Ok(())
    }

    async fn resume(self: Arc<Self>, id: JobId) -> Result<(), QueueError> {
        let mut state = self.state.lock().await;
        let is_on_its_way = |now: JobState| now == JobState::Queued || now.is_active();
        if state.queue.state(id).is_some_and(is_on_its_way) {
            return Ok(());
        }
        let job = self.stored(id).await?;
        if job.state.is_terminal() {
            let (job, state) = (id, job.state);
            let wanted = "resumed";
            return Err(QueueError::State { job, state, wanted });
        }
        self.commit(&state, Durability::Power, vec![JobChange::Queue(id)])
            .await?;
        let _ = state.queue.change(id, JobState::Queued);
        self.remark(&job.label, Decision::Resumed).await;
        self.announcer.queued_again(&job);
        self.announce(Happened::Resumed(&job.label));
        self.fill_or_report(&mut state).await;
        Ok(())
    }

    async fn cancel(self: Arc<Self>, id: JobId) -> Result<(), QueueError> {
        let mut state = self.state.lock().await;
        let job = self.stored(id).await?;
        if job.state == JobState::Cancelled {
            return Ok(());
        }
        if state.controls.contains_key(&id) {
            // committed first: a crash from here on ends in "cancelled" as well
            self.commit(&state, Durability::Power, vec![JobChange::GiveUp(id)])
                .await?;
            if let Some(running) = state.controls.get_mut(&id) {
                running.cancelled = true;
                self.decided(&running.progress_id, Decision::GivenUp);
                running.control.set(Signal::Cancel);
            }
            drop(state);
            self.until_stopped(id).await;
            return Ok(());
        }
        let job = self.check(&state, id, JobState::Cancelled, "cancelled").await?;
        if job.ran {
            // stays in the queue until it is clean: nobody else may have the episode before
            self.commit(&state, Durability::Power, vec![JobChange::GiveUp(id)])
                .await?;
            self.remark(&job.label, Decision::GivenUp).await;
            self.sweep(&mut state, &job);
            drop(state);
            self.until_stopped(id).await;
            return Ok(());
        }
        let ending = Ending::of(id, JobState::Cancelled, None, false);
        self.commit(&state, Durability::Power, vec![JobChange::End(ending)])
            .await?;
        let _ = state.queue.change(id, JobState::Cancelled);
        self.remark(&job.label, Decision::GivenUp).await;
        self.announcer.unplanned(&job.label);
        self.republish(&state);
        self.announcer.cancelled(&job);
        self.announce(Happened::Cancelled(&job.label));
        Ok(())
    }

    async fn retry(self: Arc<Self>, id: JobId) -> Result<(), QueueError> {
        let mut state = self.state.lock().await;
        if state.queue.state(id).is_some() {
            return Ok(()); // asked twice: it is on its way
        }
        let job = self.check(&state, id, JobState::Queued, "tried again").await?;
        let requeued = self.on_store(move |store| store.requeue_job(id)).await?;
        let Some((position, status)) = requeued else {
            let (job, state) = (id, job.state);
            let wanted = "tried again, because the episode is in the queue under another number";
            return Err(QueueError::State { job, state, wanted });
        };
        state.queue.insert(id, position, JobState::Queued);
        self.announcer.planned(&job.label, job.total);
        self.publish(&state, status);
        self.remark(&job.label, Decision::Retried).await;
        self.announce(Happened::Retried(&job.label));
        self.fill_or_report(&mut state).await;
        Ok(())
    }

    async fn remove(self: Arc<Self>, id: JobId) -> Result<(), QueueError> {
        let state = self.state.lock().await;
        let job = self.stored(id).await?;
        if !job.state.is_terminal() {
            let (job, state) = (id, state.queue.state(id).unwrap_or(job.state));
            let wanted = "removed";
            return Err(QueueError::State { job, state, wanted });
        }
        self.commit(&state, Durability::Process, vec![JobChange::Remove(id)])
            .await?;
        self.announce(Happened::Removed(1));
        Ok(())
    }

    async fn clear_finished(self: Arc<Self>) -> Result<usize, QueueError> {
        let state = self.state.lock().await;
        let (removed, status) = self.on_store(crate::store::Store::remove_ended_jobs).await?;
        self.publish(&state, status);
        if removed > 0 {
            self.announce(Happened::Removed(removed));
        }
        Ok(removed)
    }

    async fn pause_all(self: Arc<Self>) -> Result<(), QueueError> {
        let mut state = self.state.lock().await;
        let active: Vec<JobId> = state.controls.keys().copied().collect();
        let changes: Vec<JobChange> = active.iter().copied().map(JobChange::Pause).collect();
        let status = self
            .on_store(move |store| store.set_queue_paused(true, &changes))
            .await?;
        state.queue.set_paused(true);
        for id in active {
            let _ = state.queue.change(id, JobState::Paused);
            if let Some(running) = state.controls.get(&id)
                && !running.cancelled
            {
                self.decided(&running.progress_id, Decision::PausedAll);
                running.control.set(Signal::Pause);
            }
        }
        self.publish(&state, status);
        self.announce(Happened::AllPaused);
        Ok(())
    }

    async fn resume_all(self: Arc<Self>) -> Result<(), QueueError> {
        let mut state = self.state.lock().await;
        let paused = state.queue.in_state(JobState::Paused);
        let changes: Vec<JobChange> = paused.iter().copied().map(JobChange::Queue).collect();
        let jobs = self.on_store(crate::store::Store::stopped_jobs).await?;
        let status = self
            .on_store(move |store| store.set_queue_paused(false, &changes))
            .await?;
        state.queue.set_paused(false);
        for id in paused {
            let _ = state.queue.change(id, JobState::Queued);
        }
        for job in jobs.iter().filter(|job| job.state == JobState::Paused) {
            self.decided(&progress_id(&job.label), Decision::ResumedAll);
            self.announcer.queued_again(job);
        }
        self.publish(&state, status);
        self.announce(Happened::AllResumed);
        self.fill_or_report(&mut state).await;
        Ok(())
    }

    /// Waits until no transfer of the job exists.
    async fn until_stopped(&self, id: JobId) {
        let mut pulse = self.pulse.subscribe();
        while self.state.lock().await.controls.contains_key(&id) {
            if pulse.changed().await.is_err() {
                return;
            }
        }
    }

    pub(super) fn announce(&self, happened: Happened<'_>) {
        self.announcer.queue(happened, *self.pulse.borrow());
    }
}
