//! `SeriesApp`: does scans and downloads, and fires `scan_status` and `download_status`.

mod download;
mod folders;
mod place;
mod report;
mod scan;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use aniworld_transfer::{Connections, Engine, TransferError};
use tokio::task::JoinError;

use self::download::Paused;
pub use self::download::{Downloaded, EpisodeDownload};
use self::folders::Folders;
use crate::events::{SeriesEvent, SeriesEventSink};
use crate::source::{Net, SourceError};
use crate::store::{LibraryStore, StoreError};
pub use aniworld_transfer::{Control, RetryPolicy, Signal};

/// Why a scan could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScanFailure {
    /// No library folder was chosen yet.
    #[error("no library folder is chosen")]
    NoLibrary,
    /// The folder is missing, or empty though it held files: unplugged or not mounted, most likely.
    #[error("the library folder {path} is not there, or empty though it held {known_files} episodes")]
    Unreachable {
        /// The folder.
        path: PathBuf,
        /// Episodes known in it.
        known_files: u64,
    },
    /// The folder exists and cannot be read.
    #[error("the library folder {path} cannot be read: {detail}")]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// The store failed.
    #[error("{0}")]
    Store(String),
    /// The owner stopped it; fired as [`crate::events::ScanStatus::Cancelled`], never as `Failed`.
    #[error("cancelled")]
    Cancelled,
}

/// Why a download ended without a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DownloadFailure {
    /// The transfer failed.
    #[error(transparent)]
    Transfer(#[from] TransferError),
    /// The library folder is missing.
    #[error("the library folder {path} is not there")]
    LibraryMissing {
        /// The folder.
        path: PathBuf,
    },
    /// The folder for the file could not be made.
    #[error("the folder {path} cannot be made: {kind}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The kind of failure.
        kind: io::ErrorKind,
    },
    /// The store failed; the file is in place.
    #[error("{0}")]
    Store(String),
}

/// Why a source was not read anew.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefreshFailure {
    /// It could not be read; the store remembers that.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The store failed.
    #[error("{0}")]
    Store(String),
}

/// What a [`SeriesApp`] works with.
#[derive(Clone)]
pub struct SeriesAppParts {
    /// Keeps what was scanned and listed.
    pub store: Arc<dyn LibraryStore>,
    /// Fetches the bytes of episodes.
    pub engine: Engine,
    /// Reads the documents of sources.
    pub net: Net,
    /// How transfers are made at first.
    pub rules: TransferRules,
}

/// How transfers are made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TransferRules {
    /// When and how often they try again.
    pub retry: RetryPolicy,
    /// How many connections each may have.
    pub connections: Connections,
}

/// Scans and downloads. Says what it does through [`SeriesEvent`]s and returns how it ended.
pub struct SeriesApp {
    parts: SeriesAppParts,
    rules: Mutex<TransferRules>,
    sinks: RwLock<Arc<[Arc<dyn SeriesEventSink>]>>,
    paused: Paused,
    folders: Arc<Folders>,
}

impl SeriesApp {
    /// An app without subscribers.
    pub fn new(parts: SeriesAppParts) -> Self {
        Self {
            rules: Mutex::new(parts.rules),
            parts,
            sinks: RwLock::new(Arc::new([])),
            paused: Paused::default(),
            folders: Arc::default(),
        }
    }

    /// From now on `sink` receives every event.
    pub fn subscribe(&self, sink: Arc<dyn SeriesEventSink>) {
        let mut sinks = self.sinks.write().unwrap_or_else(PoisonError::into_inner);
        *sinks = sinks.iter().cloned().chain([sink]).collect();
    }

    /// Makes transfers in another way from now on. Those that run keep theirs.
    pub fn set_rules(&self, rules: TransferRules) {
        *self.rules.lock().unwrap_or_else(PoisonError::into_inner) = rules;
    }

    fn rules(&self) -> TransferRules {
        *self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands an event to every sink. Called from the byte loop: one shared lock, and nothing is copied
    /// for a single subscriber.
    fn emit(&self, event: SeriesEvent) {
        let sinks = Arc::clone(&self.sinks.read().unwrap_or_else(PoisonError::into_inner));
        if let Some((last, others)) = sinks.split_last() {
            for sink in others {
                sink.emit(event.clone());
            }
            last.emit(event);
        }
    }

    /// Asks the store on a thread that may wait.
    async fn ask_store<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn LibraryStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = Arc::clone(&self.parts.store);
        blocking(move || question(store.as_ref()))
            .await
            .map_err(|broken| StoreError(broken.to_string()))?
    }
}

impl fmt::Debug for SeriesApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeriesApp").finish_non_exhaustive()
    }
}

/// Runs work that waits for the disk. Fails only when the work panics or the program ends.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    tokio::task::spawn_blocking(work).await
}

#[cfg(test)]
mod tests;
