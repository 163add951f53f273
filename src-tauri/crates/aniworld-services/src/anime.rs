//! `AnimeService`: subscribes to `SeriesApp`, translates its events into progress, and offers its work
//! to the layers above.
//!
//! It is the only way by which downloads and scans reach progress: whoever asks for work here never
//! reports on it as well.

mod forward;
mod scan;
mod translate;

use std::sync::Arc;

use aniworld_core::SeriesApp;
use aniworld_core::app::{
    Control, DownloadFailure, Downloaded, EpisodeDownload, RefreshFailure, ScanFailure,
};
use aniworld_core::events::{EpisodeLabel, ScanTotals};
use aniworld_core::source::{Listing, SourceConfig};

use self::forward::Forwarder;
use self::scan::JointScan;
use crate::ProgressService;
use crate::progress::{Metadata, download_id};

pub use self::translate::{code_of, episode_code, translate};

/// The id of the operation that downloads an episode.
pub fn progress_id(label: &EpisodeLabel) -> String {
    download_id(&label.serie_folder, label.season, &label.number, label.version)
}

/// Scans and downloads, with their progress. Clones are the same service.
#[derive(Debug, Clone)]
pub struct AnimeService {
    series_app: Arc<SeriesApp>,
    forwarder: Arc<Forwarder>,
    scan: JointScan,
}

impl AnimeService {
    /// Subscribes to the events of `series_app`; from now on they are progress.
    pub fn new(series_app: Arc<SeriesApp>, progress: ProgressService) -> Self {
        let forwarder = Arc::new(Forwarder::new(progress));
        series_app.subscribe(forwarder.clone());
        Self {
            series_app,
            forwarder,
            scan: JointScan::default(),
        }
    }

    /// Downloads one episode. Its progress is the operation [`progress_id`].
    ///
    /// `extra` (such as `job`) joins the metadata with the first event. An operation that waits or is
    /// paused under this id goes on in the same attempt; one that has ended begins a new one. However the
    /// returned future ends, dropped in the middle too, the operation does not stay in progress.
    pub async fn download(
        &self,
        request: EpisodeDownload,
        control: &Control,
        extra: Metadata,
    ) -> Result<Downloaded, DownloadFailure> {
        let _call = self.forwarder.open(&request.label, extra);
        self.series_app.download(request, control).await
    }

    /// Scans the library. A request while a scan runs joins that one; the scan goes on when a caller
    /// stops waiting. Must be called inside a tokio runtime.
    pub async fn rescan(&self) -> Result<ScanTotals, ScanFailure> {
        let series_app = Arc::clone(&self.series_app);
        self.scan
            .join(|cancel| async move { series_app.rescan(&cancel).await })
            .await
    }

    /// Stops the running scan and returns once it has ended. `false` if there was none.
    pub async fn cancel_rescan(&self) -> bool {
        self.scan.cancel().await
    }

    /// Reads one source again and stores what it offers, or that it could not be read.
    pub async fn refresh_source(&self, source: &SourceConfig) -> Result<Listing, RefreshFailure> {
        self.series_app.refresh_source(source).await
    }
}
