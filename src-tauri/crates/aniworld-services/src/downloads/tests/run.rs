//! One process that has opened a house: its queue, and everything that it says.

use std::sync::Arc;

use tokio::sync::watch;

use super::house::HALF;
use crate::ProgressService;
use crate::downloads::{DownloadService, JobId, JobState, QueueFilter, Selection};
use crate::progress::{DOWNLOAD_QUEUE, Progress, ProgressEvent, ProgressStatus, Significance, keys};
use crate::store::{JobView, Store};

/// One process.
pub(super) struct Run {
    pub(super) queue: DownloadService,
    pub(super) progress: ProgressService,
    pub(super) store: Store,
    pub(super) heard: watch::Receiver<Vec<ProgressEvent>>,
}

impl Run {
    /// Queues everything that is missing: the jobs in order.
    pub(super) async fn add_all(&self) -> Vec<JobId> {
        self.queue.add(Selection::All).await.unwrap();
        self.open_jobs()
    }

    /// Jobs that have not ended, in order.
    pub(super) fn open_jobs(&self) -> Vec<JobId> {
        self.store
            .open_jobs()
            .unwrap()
            .into_iter()
            .map(|job| job.id)
            .collect()
    }

    pub(super) fn job(&self, id: JobId) -> JobView {
        self.store.job(id).unwrap().unwrap()
    }

    pub(super) fn state(&self, id: JobId) -> JobState {
        self.job(id).state
    }

    /// All jobs as lists show them.
    pub(super) fn jobs(&self) -> Vec<JobView> {
        self.store.jobs(QueueFilter::All, 0, 100).unwrap().1
    }

    /// How the jobs ended so far, oldest ending first.
    pub(super) fn outcomes(&self) -> Vec<(JobId, JobState)> {
        let outcomes = self.store.outcomes_after(0).unwrap();
        outcomes.into_iter().map(|it| (it.job, it.state)).collect()
    }

    /// The operation of a job.
    pub(super) fn operation(&self, id: JobId) -> Option<Arc<Progress>> {
        self.progress.get(&self.job(id).progress_id)
    }

    /// Waits until an operation is as wanted.
    pub(super) async fn until(&self, operation: &str, wanted: impl Fn(&Progress) -> bool) {
        let mut heard = self.heard.clone();
        let is_so = |_: &Vec<ProgressEvent>| self.progress.get(operation).is_some_and(|it| wanted(&it));
        heard.wait_for(is_so).await.unwrap();
    }

    /// Waits until nothing runs any more. The sums of seasons and series follow their jobs a moment later.
    pub(super) async fn all_rest(&self) {
        let rests = |it: &Progress| matches!(it.status, ProgressStatus::Paused | ProgressStatus::Waiting);
        let mut heard = self.heard.clone();
        let all = |_: &Vec<ProgressEvent>| self.progress.active().iter().all(|it| rests(it));
        heard.wait_for(all).await.unwrap();
    }

    /// Waits until all bytes before the gate have arrived.
    pub(super) async fn half_way(&self, id: JobId) {
        let operation = self.job(id).progress_id;
        self.until(&operation, |it| {
            it.status == ProgressStatus::InProgress && it.current == HALF
        })
        .await;
    }

    /// Every event so far.
    pub(super) async fn events(&self) -> Vec<ProgressEvent> {
        self.progress.settled().await;
        self.heard.borrow().clone()
    }

    /// What the queue said so far: `action pending/active/completed/failed`.
    pub(super) async fn said(&self) -> Vec<String> {
        let events = self.events().await;
        let of_queue = events.iter().filter(|event| {
            event.progress.id == DOWNLOAD_QUEUE && event.significance == Significance::StateChange
        });
        of_queue
            .filter_map(|event| {
                let action = event.progress.metadata.get(keys::ACTION)?.as_str()?;
                let status = event.progress.metadata.get(keys::QUEUE_STATUS)?;
                let figures = ["pending", "active", "completed", "failed"].map(|key| status[key].to_string());
                Some(format!("{action} {}", figures.join("/")))
            })
            .collect()
    }
}
