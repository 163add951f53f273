//! The scan: what sources offer, what is on disk, and both into the store.

use std::path::PathBuf;
use std::sync::{Mutex, TryLockError};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use tokio_util::sync::CancellationToken;

use super::{RefreshFailure, ScanFailure, SeriesApp, blocking};
use crate::events::{ScanPhase, ScanStatus, ScanTotals, SeriesEvent};
use crate::library::{LibraryRoot, WalkProgress, WalkReport, check_root, walk};
use crate::source::{self, Listing, SourceConfig};
use crate::store::StoreError;

/// Sources that are read at the same time: they share the line with the downloads.
const SOURCES_AT_ONCE: usize = 2;

/// The least time between two figures of the walk.
const PACE: Duration = Duration::from_millis(50);

impl SeriesApp {
    /// Reads every source, walks the library and compares both.
    ///
    /// A source that cannot be read is counted and keeps what it offered before. Fires `Started` and
    /// exactly one ending: `Completed`, `Failed` or `Cancelled` (also when the future is dropped).
    pub async fn rescan(&self, cancel: &CancellationToken) -> Result<ScanTotals, ScanFailure> {
        let ending = Ending::begin(self);
        let outcome = self.scan(cancel).await;
        ending.fire(match &outcome {
            Ok(totals) => ScanStatus::Completed(totals.clone()),
            Err(ScanFailure::Cancelled) => ScanStatus::Cancelled,
            Err(failure) => ScanStatus::Failed(failure.clone()),
        });
        outcome
    }

    /// Reads one source and stores what it offers now, or that it could not be read.
    pub async fn refresh_source(&self, source: &SourceConfig) -> Result<Listing, RefreshFailure> {
        let id = source.id;
        match source::open(source).list(&self.parts.net).await {
            Ok(listing) => {
                let stored = self
                    .ask_store(move |store| store.store_listing(id, &listing).map(|_| listing))
                    .await;
                stored.map_err(|error| RefreshFailure::Store(error.to_string()))
            }
            Err(error) => {
                let failed = error.clone();
                let stored = self
                    .ask_store(move |store| store.source_failed(id, &failed))
                    .await;
                stored.map_err(|error| RefreshFailure::Store(error.to_string()))?;
                Err(error.into())
            }
        }
    }

    async fn scan(&self, cancel: &CancellationToken) -> Result<ScanTotals, ScanFailure> {
        let root = self.ask_store(|store| store.root()).await.map_err(by_store)?;
        let root = root.ok_or(ScanFailure::NoLibrary)?;
        reachable(&root).await?;
        let failed_sources = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(ScanFailure::Cancelled),
            failed = self.read_sources() => failed?,
        };
        let report = self.walk(root.path.clone(), cancel).await?;
        reachable(&root).await?;
        self.progress(
            ScanPhase::Comparing,
            report.dirs,
            Some(report.dirs),
            report.files_seen,
        );
        let (files, dirs) = (report.files_seen, report.dirs);
        let totals = self
            .ask_store(move |store| store.store_walk(&report))
            .await
            .map_err(by_store)?;
        Ok(ScanTotals {
            series: totals.series,
            episodes: totals.have,
            missing: totals.missing,
            files,
            dirs,
            failed_sources,
        })
    }

    /// Reads all sources: how many failed.
    async fn read_sources(&self) -> Result<u64, ScanFailure> {
        let sources = self.ask_store(|store| store.sources()).await.map_err(by_store)?;
        let total = sources.len() as u64;
        self.progress(ScanPhase::Sources, 0, Some(total), 0);
        let mut done = 0;
        let mut failed = 0;
        // each reading owns its source: a borrowed one would keep this future from being spawned
        let mut readings = stream::iter(sources)
            .map(|source| async move { self.refresh_source(&source).await })
            .buffer_unordered(SOURCES_AT_ONCE);
        while let Some(reading) = readings.next().await {
            match reading {
                Ok(_) => {}
                Err(RefreshFailure::Source(error)) => {
                    tracing::debug!(%error, "a source could not be read");
                    failed += 1;
                }
                Err(RefreshFailure::Store(detail)) => return Err(ScanFailure::Store(detail)),
            }
            done += 1;
            self.progress(ScanPhase::Sources, done, Some(total), 0);
        }
        Ok(failed)
    }

    /// Walks on a thread of its own, and passes on how far it is while it runs.
    async fn walk(&self, root: PathBuf, cancel: &CancellationToken) -> Result<WalkReport, ScanFailure> {
        let (steps, mut figures) = tokio::sync::watch::channel(None);
        // a scan that is dropped does not walk on
        let token = cancel.child_token();
        let _stop = token.clone().drop_guard();
        let mut walking = std::pin::pin!(blocking(move || {
            let paced = Paced::default();
            walk(&root, &token, &|step| {
                if paced.is_due() {
                    steps.send_replace(Some(step));
                }
            })
        }));
        loop {
            tokio::select! {
                biased;
                ended = &mut walking => {
                    return ended.unwrap_or_else(|error| Err(ScanFailure::Store(format!("the walk broke off: {error}"))));
                }
                Ok(()) = figures.changed() => {
                    let step: Option<WalkProgress> = *figures.borrow_and_update();
                    if let Some(step) = step {
                        self.progress(ScanPhase::Walking, step.dirs_done, None, step.files);
                    }
                }
            }
        }
    }

    fn progress(&self, phase: ScanPhase, done: u64, total: Option<u64>, files: u64) {
        self.emit(SeriesEvent::Scan(ScanStatus::Progress {
            phase,
            done,
            total,
            files,
        }));
    }
}

async fn reachable(root: &LibraryRoot) -> Result<(), ScanFailure> {
    let root = root.clone();
    let looked = blocking(move || check_root(&root).failure(&root)).await;
    match looked {
        Ok(None) => Ok(()),
        Ok(Some(failure)) => Err(failure),
        Err(error) => Err(ScanFailure::Store(format!("the scan broke off: {error}"))),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn by_store(error: StoreError) -> ScanFailure {
    ScanFailure::Store(error.to_string())
}

/// Lets a figure through now and then. Two threads ask it; the one that comes second may lose.
#[derive(Default)]
struct Paced(Mutex<Option<Instant>>);

impl Paced {
    fn is_due(&self) -> bool {
        let mut last = match self.0.try_lock() {
            Ok(last) => last,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        let due = last.is_none_or(|last| last.elapsed() >= PACE);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}

/// Sees to it that a scan that began has an ending, even when it is dropped.
struct Ending<'a> {
    app: &'a SeriesApp,
    fired: bool,
}

impl<'a> Ending<'a> {
    fn begin(app: &'a SeriesApp) -> Self {
        app.emit(SeriesEvent::Scan(ScanStatus::Started));
        Self { app, fired: false }
    }

    fn fire(mut self, status: ScanStatus) {
        self.fired = true;
        self.app.emit(SeriesEvent::Scan(status));
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        if !self.fired {
            self.app.emit(SeriesEvent::Scan(ScanStatus::Cancelled));
        }
    }
}
