//! The jobs of the queue as the load speaks for them.

use aniworld_services::anime::episode_code;
use aniworld_services::downloads::{JobId, QueueFilter};
use aniworld_services::progress::{Metadata, keys};
use aniworld_services::store::{JobView, Store};

/// Jobs read at once.
const PAGE: u32 = 500;

/// A job, and what its operation says from the start.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) number: JobId,
    /// The id of its operation.
    pub(crate) id: String,
    /// Its row shows this: `S01E02`.
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) metadata: Metadata,
}

/// Every job of the queue, in its order.
pub(crate) async fn of(store: &Store) -> Vec<Job> {
    let store = store.clone();
    let read = tokio::task::spawn_blocking(move || {
        let mut jobs = Vec::new();
        loop {
            let offset = u32::try_from(jobs.len()).unwrap();
            let (_, page) = store.jobs(QueueFilter::All, offset, PAGE).unwrap();
            if page.is_empty() {
                return jobs;
            }
            jobs.extend(page.into_iter().map(Job::from));
        }
    });
    read.await.unwrap()
}

impl From<JobView> for Job {
    fn from(view: JobView) -> Self {
        let label = &view.label;
        let metadata = [
            (keys::JOB, view.id.0.into()),
            (keys::SERIE_FOLDER, label.serie_folder.as_str().into()),
            (keys::SERIES, label.series.as_str().into()),
            (keys::SEASON, label.season.into()),
            (keys::EPISODE, label.number.to_string().into()),
            (keys::VERSION, label.version.into()),
        ];
        Self {
            number: view.id,
            code: episode_code(label),
            title: format!("Downloading {}", label.series),
            metadata: metadata.map(|(key, value)| (key.to_owned(), value)).into(),
            id: view.progress_id,
        }
    }
}
