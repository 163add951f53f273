//! One episode from its source into the library.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aniworld_transfer::{Checksum, Control, Expects, FetchRequest, TransferError};
use tokio::task::JoinError;

use super::folders::Stay;
use super::place::Place;
use super::report::Reporter;
use super::{DownloadFailure, SeriesApp, blocking};
use crate::events::EpisodeLabel;
use crate::library::{LibraryRoot, RootState, check_root};
use crate::source::{Asset, AssetSize};

/// What to download, and into which library.
#[derive(Debug, Clone)]
pub struct EpisodeDownload {
    /// Which episode.
    pub label: Arc<EpisodeLabel>,
    /// Where its bytes are.
    pub asset: Asset,
    /// The library folder. It must exist: it is never made.
    pub root: PathBuf,
}

/// A finished download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    /// The file below the library root, with `/` between its parts.
    pub relative: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// How long this run of the download took.
    pub took: Duration,
    /// The file was there already, and nothing was fetched.
    pub skipped_existing: bool,
}

/// Downloads that were paused in this run of the program, by their file.
#[derive(Debug, Default)]
pub(super) struct Paused(Mutex<HashSet<PathBuf>>);

impl Paused {
    fn lock(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SeriesApp {
    /// Downloads one episode into its place in the library, and remembers it in the store.
    ///
    /// Fires `Started` first (only what the server answered is noted before) and exactly one ending: `Completed`, `Paused`, `Cancelled` or `Failed`.
    /// Interrupted by the end of the program it fires no ending, and the part file stays. An episode
    /// that is there already is success with [`Downloaded::skipped_existing`]. After a cancel neither
    /// a part file nor a folder that was made for it is left.
    pub async fn download(
        &self,
        request: EpisodeDownload,
        control: &Control,
    ) -> Result<Downloaded, DownloadFailure> {
        let place = self.find_place(&request).await;
        let paused = place
            .as_ref()
            .is_ok_and(|place| self.paused.lock().remove(&place.file));
        let reporter = Reporter::new(self, Arc::clone(&request.label), promised(&request.asset), paused);
        let outcome = match place {
            Ok(place) => self.fill(&request, place, control, &reporter).await,
            Err(failure) => Err(failure),
        };
        reporter.end(&outcome);
        outcome
    }

    /// Looks at the library folder before anything is made in it: an empty mount point is no library.
    async fn find_place(&self, request: &EpisodeDownload) -> Result<Place, DownloadFailure> {
        let known = self.ask_store(|store| store.root()).await;
        let known = known.map_err(|error| DownloadFailure::Store(error.to_string()))?;
        let root = LibraryRoot {
            path: request.root.clone(),
            known_files: known
                .filter(|known| known.path == request.root)
                .map_or(0, |known| known.known_files),
        };
        let (label, extension) = (Arc::clone(&request.label), request.asset.extension.clone());
        blocking(move || match check_root(&root) {
            RootState::Unreachable => Err(DownloadFailure::LibraryMissing { path: root.path }),
            RootState::Ready | RootState::Unreadable { .. } => {
                Ok(Place::find(&root.path, &label, &extension))
            }
        })
        .await
        .map_err(broken)?
    }

    /// Fetches the file into its place, and tidies up after whatever happened.
    async fn fill(
        &self,
        request: &EpisodeDownload,
        place: Place,
        control: &Control,
        reporter: &Reporter<'_>,
    ) -> Result<Downloaded, DownloadFailure> {
        let began = Instant::now();
        let (folders, paths) = (Arc::clone(&self.folders), place.folders.clone());
        let stay = blocking(move || folders.enter(&paths)).await.map_err(broken)??;
        let rules = self.rules();
        let transfer = FetchRequest {
            expected_bytes: promised(&request.asset),
            checksums: request.asset.sha256.map(Checksum::Sha256).into_iter().collect(),
            expects: Expects::Media,
            connections: rules.connections,
            retry: rules.retry,
            ..FetchRequest::new(request.asset.url.clone(), place.file.clone())
        };
        let fetched = self.parts.engine.fetch(&transfer, control, reporter).await;
        let (bytes, skipped_existing) = match fetched {
            Ok(fetched) => (fetched.bytes, false),
            Err(TransferError::Exists { .. }) => (take_existing(&place).await?, true),
            Err(TransferError::Paused) => {
                self.paused.lock().insert(place.file);
                return Err(TransferError::Paused.into());
            }
            Err(error) => return Err(give_up(error, stay, request.root.clone()).await),
        };
        stay.filled();
        let done = Downloaded {
            relative: place.relative,
            bytes,
            took: began.elapsed(),
            skipped_existing,
        };
        self.remember(&request.label, &done).await?;
        Ok(done)
    }

    /// Removes the folders of an episode that hold nothing and that no download uses: what an earlier run of
    /// the program left of a download that was given up. The folder of the series stays where `keep_serie`.
    pub async fn remove_folders(&self, request: EpisodeDownload, keep_serie: bool) {
        let folders = Arc::clone(&self.folders);
        let removed = blocking(move || {
            let place = Place::find(&request.root, &request.label, &request.asset.extension);
            let [serie, season] = &place.folders;
            folders.remove(season);
            if !keep_serie {
                folders.remove(serie);
            }
        });
        if let Err(error) = removed.await {
            tracing::warn!(%error, "an empty folder may be left");
        }
    }

    async fn remember(&self, label: &Arc<EpisodeLabel>, done: &Downloaded) -> Result<(), DownloadFailure> {
        let (label, relative, bytes) = (Arc::clone(label), done.relative.clone(), done.bytes);
        let stored = self
            .ask_store(move |store| store.add_file(&relative, &label, bytes))
            .await;
        stored
            .map(drop)
            .map_err(|error| DownloadFailure::Store(error.to_string()))
    }
}

/// The size that the source knows to the byte.
fn promised(asset: &Asset) -> Option<u64> {
    match asset.size {
        AssetSize::Exact(bytes) => Some(bytes),
        AssetSize::Approx(_) | AssetSize::Unknown => None,
    }
}

/// The size of the episode that is in the place already; what an earlier run left beside it goes.
async fn take_existing(place: &Place) -> Result<u64, DownloadFailure> {
    let place = place.clone();
    let looked = blocking(move || {
        let found = place.existing();
        if matches!(found, Ok(Some(_))) {
            let _ = aniworld_transfer::discard(&place.file);
        }
        (found, place.file)
    });
    match looked.await.map_err(broken)? {
        (Ok(Some(bytes)), _) => Ok(bytes),
        // a folder, an empty file or a broken link has the name of the episode, and is none
        (_, path) => Err(TransferError::Exists { path }.into()),
    }
}

/// Removes the folders that were made and hold nothing, and says what really happened when the
/// library went away.
async fn give_up(error: TransferError, stay: Stay, root: PathBuf) -> DownloadFailure {
    let keeps_part = matches!(error, TransferError::Interrupted);
    let looked = blocking(move || {
        if !keeps_part {
            stay.give_up();
        }
        (root.is_dir(), root)
    });
    let by_disk = matches!(
        error,
        TransferError::FolderMissing { .. } | TransferError::ReadOnly { .. } | TransferError::Disk { .. }
    );
    match looked.await {
        Ok((false, path)) if by_disk => DownloadFailure::LibraryMissing { path },
        _ => error.into(),
    }
}

/// A task of ours that panicked, or the runtime ends.
#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` takes")]
fn broken(error: JoinError) -> DownloadFailure {
    tracing::error!(%error, "a download broke off");
    TransferError::Interrupted.into()
}
