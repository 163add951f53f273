//! What the queue tells `ProgressService`: the operation `download_queue`, and operations of jobs that do not
//! run and so have nobody else who would speak for them. And failures of the store between two orders.

use aniworld_core::events::EpisodeLabel;
use aniworld_core::transfer::host_of;

use super::JobFailure;
use super::service::Pulse;
use crate::ProgressService;
use crate::anime::{episode_code, progress_id};
use crate::progress::{
    Action, DOWNLOAD_QUEUE, Metadata, ProgressError, ProgressStatus, ProgressType, ProgressUpdate, Update,
    error_id, keys,
};
use crate::store::{StoreFailure, StoredJob};

/// What just happened to the queue.
#[derive(Debug, Clone, Copy)]
pub(super) enum Happened<'a> {
    Added(usize),
    Started(&'a EpisodeLabel),
    Paused(&'a EpisodeLabel),
    Resumed(&'a EpisodeLabel),
    Retried(&'a EpisodeLabel),
    Completed(&'a EpisodeLabel),
    Skipped(&'a EpisodeLabel),
    Failed(&'a EpisodeLabel),
    Cancelled(&'a EpisodeLabel),
    /// Its transfer stopped; the order for that was announced before.
    Stopped(&'a EpisodeLabel),
    Removed(usize),
    AllPaused,
    AllResumed,
}

/// Speaks for the queue. Never sends anything to a window by itself.
#[derive(Debug, Clone)]
pub(super) struct Announcer {
    progress: ProgressService,
}

impl Announcer {
    pub(super) fn new(progress: ProgressService) -> Self {
        Self { progress }
    }

    /// Begins `download_queue`, which never ends.
    pub(super) fn open(&self, pulse: Pulse) {
        let start = Action::Start {
            kind: ProgressType::Queue,
            title: "Download queue".to_owned(),
            message: "Ready".to_owned(),
            current: 0,
            total: None,
        };
        match self.progress.apply(ProgressUpdate::new(DOWNLOAD_QUEUE, start)) {
            // another queue on the same progress: it goes on with the same operation
            Ok(()) | Err(ProgressError::AlreadyActive(_)) => {}
            Err(error) => tracing::error!(%error, "the queue has no operation"),
        }
        self.update_queue("opened", "Ready".to_owned(), pulse);
    }

    /// Publishes the queue after a change.
    pub(super) fn queue(&self, happened: Happened<'_>, pulse: Pulse) {
        let (action, message) = words(happened);
        self.update_queue(action, message, pulse);
    }

    fn update_queue(&self, action: &str, message: String, pulse: Pulse) {
        let status = match pulse {
            Pulse { running: 1.., .. } => ProgressStatus::InProgress,
            Pulse { paused: true, .. } => ProgressStatus::Paused,
            _ => ProgressStatus::Waiting,
        };
        let (ended, all) = pulse.run;
        let update = Update {
            current: Some(ended as u64),
            total: Some(all as u64),
            status: Some(status),
            message: Some(message),
            metadata: Metadata::from([
                (keys::ACTION.to_owned(), action.into()),
                (keys::QUEUE_STATUS.to_owned(), serde_json::json!(pulse.status)),
                (keys::PAUSED.to_owned(), pulse.paused.into()),
                (keys::IDLE.to_owned(), pulse.idle.into()),
            ]),
            force_broadcast: true,
        };
        self.report(self.progress.update(DOWNLOAD_QUEUE, update));
    }

    /// An episode that waits for its turn: season, series and queue count it from now on.
    pub(super) fn planned(&self, label: &EpisodeLabel, bytes: Option<u64>) {
        self.progress
            .plan(&progress_id(label), &label.serie_folder, label.season, bytes);
    }

    /// An episode that no longer waits and has not run.
    pub(super) fn unplanned(&self, label: &EpisodeLabel) {
        self.progress.unplan(&progress_id(label));
    }

    /// A job that was paused without running.
    pub(super) fn paused(&self, job: &StoredJob) {
        self.stand(job, ProgressStatus::Paused, None);
    }

    /// A job that ran before and waits for its turn.
    pub(super) fn queued_again(&self, job: &StoredJob) {
        self.stand(job, ProgressStatus::Waiting, Some("queued"));
    }

    /// A job that the end of the program interrupted.
    pub(super) fn interrupted(&self, job: &StoredJob) {
        self.stand(job, ProgressStatus::Waiting, Some(keys::REASON_INTERRUPTED));
    }

    /// A job that failed without anybody telling.
    pub(super) fn failed(&self, job: &StoredJob, failure: &JobFailure) {
        let is_told = self
            .progress
            .get(&progress_id(&job.label))
            .is_some_and(|operation| operation.status.is_terminal());
        if is_told {
            return;
        }
        self.ensure(job);
        let fail = Action::Fail {
            message: format!("{}: {}", episode_code(&job.label), failure.message),
        };
        let update = ProgressUpdate::new(progress_id(&job.label), fail);
        self.report(
            self.progress
                .apply(update.with(keys::ERROR_CODE, failure.code.as_str())),
        );
    }

    /// A failure of the store that no order can return, because the order was carried out or there was none.
    pub(super) fn store_failed(&self, failure: &StoreFailure) {
        let id = error_id();
        let start = Action::Start {
            kind: ProgressType::Error,
            title: "The download queue cannot go on".to_owned(),
            message: String::new(),
            current: 0,
            total: None,
        };
        self.report(self.progress.apply(ProgressUpdate::new(id.as_str(), start)));
        let message = failure.to_string();
        let fail = ProgressUpdate::new(id, Action::Fail { message });
        self.report(self.progress.apply(fail.with(keys::ERROR_CODE, "internal")));
    }

    /// A job that was given up, where its operation does not know yet.
    pub(super) fn cancelled(&self, job: &StoredJob) {
        let id = progress_id(&job.label);
        let is_open = self.progress.get(&id).is_some_and(|it| !it.status.is_terminal());
        if is_open {
            let message = episode_code(&job.label);
            self.report(
                self.progress
                    .apply(ProgressUpdate::new(id, Action::Cancel { message })),
            );
        }
    }

    fn stand(&self, job: &StoredJob, status: ProgressStatus, reason: Option<&str>) {
        self.ensure(job);
        let message = Some(episode_code(&job.label));
        let update = ProgressUpdate::new(progress_id(&job.label), Action::State { status, message });
        let update = match reason {
            Some(reason) => update.with(keys::REASON, reason),
            None => update,
        };
        self.report(self.progress.apply(update.with(keys::JOB, job.id.0)));
    }

    /// Begins the operation of a job unless there is one.
    fn ensure(&self, job: &StoredJob) {
        let label = &job.label;
        let start = Action::Start {
            kind: ProgressType::Download,
            title: format!("Downloading {}", label.series),
            message: episode_code(label),
            current: job.bytes,
            total: job.total,
        };
        let mut update = ProgressUpdate::new(progress_id(label), start)
            .with(keys::JOB, job.id.0)
            .with(keys::ATTEMPT, job.attempt)
            .with(keys::HOST, host_of(&job.asset.url))
            .with(keys::SERIE_FOLDER, label.serie_folder.as_str())
            .with(keys::SERIES, label.series.as_str())
            .with(keys::SEASON, label.season)
            .with(keys::EPISODE, label.number.to_string())
            .with(keys::VERSION, label.version);
        if let Some(title) = &label.title {
            update = update.with(keys::EPISODE_TITLE, title.as_str());
        }
        match self.progress.apply(update) {
            Ok(()) | Err(ProgressError::AlreadyActive(_)) => {}
            Err(error) => self.report(Err(error)),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as what it is: this speaker's report")]
    fn report(&self, outcome: Result<(), ProgressError>) {
        if let Err(error) = outcome {
            tracing::warn!(%error, "progress refused what the queue said");
        }
    }
}

fn words(happened: Happened<'_>) -> (&'static str, String) {
    let about = |verb: &str, label: &EpisodeLabel| format!("{verb} {} {}", label.series, episode_code(label));
    match happened {
        Happened::Added(number) => ("items_added", format!("Added {} to queue", items(number))),
        Happened::Started(label) => ("started", about("Started", label)),
        Happened::Paused(label) => ("paused", about("Paused", label)),
        Happened::Resumed(label) => ("resumed", about("Resumed", label)),
        Happened::Retried(label) => ("retried", about("Queued again:", label)),
        Happened::Completed(label) => ("completed", about("Completed", label)),
        Happened::Skipped(label) => ("skipped", about("Already there:", label)),
        Happened::Failed(label) => ("failed", about("Failed:", label)),
        Happened::Cancelled(label) => ("cancelled", about("Cancelled", label)),
        Happened::Stopped(label) => ("stopped", about("Stopped", label)),
        Happened::Removed(number) => (
            "items_removed",
            format!("Removed {} from the list", items(number)),
        ),
        Happened::AllPaused => ("all_paused", "Paused all".to_owned()),
        Happened::AllResumed => ("all_resumed", "Resumed all".to_owned()),
    }
}

fn items(number: usize) -> String {
    match number {
        1 => "1 item".to_owned(),
        number => format!("{number} items"),
    }
}
