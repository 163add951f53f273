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
    Control, DownloadFailure, Downloaded, EpisodeDownload, RefreshFailure, ScanFailure, TransferRules,
};
use aniworld_core::events::{EpisodeLabel, ScanTotals};
use aniworld_core::source::{Listing, SourceConfig};

use self::forward::Forwarder;
use self::scan::JointScan;
use crate::ProgressService;
use crate::progress::{Metadata, download_id};

pub use self::forward::OpenCall;
pub use self::translate::{Translated, code_of, episode_code, translate};

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
        let call = self.open_call(&request.label, extra);
        let outcome = self.download_in(&call, request, control).await;
        drop(call);
        outcome
    }

    /// Begins a call whose end is told only when it is dropped: an owner that keeps the end somewhere does
    /// so first, and then lets everybody hear of it.
    pub fn open_call(&self, label: &EpisodeLabel, extra: Metadata) -> OpenCall {
        self.forwarder.open(label, extra)
    }

    /// The same as [`AnimeService::download`] inside a call of the caller's.
    pub async fn download_in(
        &self,
        _call: &OpenCall,
        request: EpisodeDownload,
        control: &Control,
    ) -> Result<Downloaded, DownloadFailure> {
        self.series_app.download(request, control).await
    }

    /// Makes downloads in another way from the next one on.
    pub fn set_rules(&self, rules: TransferRules) {
        self.series_app.set_rules(rules);
    }

    /// Bytes that have arrived in the run of this operation; `None` when none runs.
    pub fn received(&self, progress_id: &str) -> Option<u64> {
        self.forwarder.received(progress_id)
    }

    /// Removes empty folders that an earlier run of the program made for an episode, see
    /// [`SeriesApp::remove_folders`].
    pub async fn remove_folders(&self, request: EpisodeDownload, keep_serie: bool) {
        self.series_app.remove_folders(request, keep_serie).await;
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
