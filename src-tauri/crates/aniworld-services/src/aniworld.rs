//! `Aniworld`: one opened data folder with all its services. What a shell holds.

use std::path::PathBuf;

use aniworld_core::app::ScanFailure;
use aniworld_core::source::{SourceConfig, SourceError, SourceId, SourceKind};

use crate::downloads::DownloadService;
use crate::store::{Store, StoreOpenError};
use crate::{AnimeService, ProgressService};

/// Where and how to open.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The data folder; made if missing.
    pub data_dir: PathBuf,
    /// The folder of the settings file; made if missing. The data folder itself with `--data-dir`.
    pub config_dir: PathBuf,
    /// What opens it, for the message to a second process: `Aniworld`, `aniworld-cli download`.
    pub holder: String,
    /// Retry behaviour of downloads.
    pub retry: aniworld_core::app::RetryPolicy,
    /// Whether the queue starts working at once (`false`: `scan`, `source add` in the terminal).
    pub run_queue: bool,
}

/// Why a data folder could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Another process writes here.
    #[error("{holder} (process {pid}) is using {data_dir}")]
    Locked {
        /// The data folder.
        data_dir: PathBuf,
        /// Who.
        holder: String,
        /// Its process number.
        pid: u32,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreOpenError),
    /// The folder cannot be made or written.
    #[error("the data folder {data_dir} cannot be used: {detail}")]
    Folder {
        /// The data folder.
        data_dir: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// The demo's server could not start.
    #[error("the demo could not start: {0}")]
    Demo(String),
}

/// Why a library folder was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// Nothing is there.
    #[error("the folder {0} does not exist")]
    Missing(PathBuf),
    /// It is no folder.
    #[error("{0} is not a folder")]
    NotAFolder(PathBuf),
    /// It cannot be written.
    #[error("the folder {0} cannot be written")]
    ReadOnly(PathBuf),
    /// It cannot be read.
    #[error("the folder {path} cannot be read: {detail}")]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// The store failed.
    #[error("{0}")]
    Store(String),
}

/// Why a source was not added, refreshed or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceChangeError {
    /// It could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The same address is there already.
    #[error("the source {name} has this address already")]
    Exists {
        /// The name of that source.
        name: String,
    },
    /// There is no such source.
    #[error("there is no source {0}")]
    Unknown(i64),
    /// The store failed.
    #[error("{0}")]
    Store(String),
}

/// One opened data folder with all its services.
#[derive(Debug)]
pub struct Aniworld {
    /// The single source of truth for progress.
    pub progress: ProgressService,
    /// Scans, and downloads of single episodes.
    pub anime: AnimeService,
    /// The queue.
    pub downloads: DownloadService,
    /// Lists for windows and terminals. Blocking: call from a blocking task.
    pub store: Store,
    demo: bool,
}

impl Aniworld {
    /// Opens a data folder for writing, takes its lock, recovers the queue and starts it.
    pub async fn open(options: OpenOptions) -> Result<Self, OpenError> {
        let _ = options;
        todo!()
    }

    /// Opens the built-in demo: a temporary library and database, three invented series, a loopback server.
    pub async fn open_demo(run_queue: bool) -> Result<Self, OpenError> {
        let _ = run_queue;
        todo!()
    }

    /// Whether this is the demo.
    pub fn is_demo(&self) -> bool {
        self.demo
    }

    /// Takes a folder as the library. Reads and writes a probe, changes nothing else in it.
    pub async fn set_library(&self, path: PathBuf) -> Result<(), LibraryError> {
        let _ = path;
        todo!()
    }

    /// Finds out what a URL is, reads it once and keeps it.
    pub async fn add_source(
        &self,
        url: &str,
        kind: Option<SourceKind>,
        name: Option<String>,
    ) -> Result<SourceConfig, SourceChangeError> {
        let _ = (url, kind, name);
        todo!()
    }

    /// Reads one source again.
    pub async fn refresh_source(&self, id: SourceId) -> Result<(), SourceChangeError> {
        let _ = id;
        todo!()
    }

    /// Forgets a source and what only it offered. Files stay.
    pub async fn remove_source(&self, id: SourceId) -> Result<(), SourceChangeError> {
        let _ = id;
        todo!()
    }

    /// Scans; a request while a scan runs joins that one.
    pub async fn rescan(&self) -> Result<aniworld_core::events::ScanTotals, ScanFailure> {
        todo!()
    }

    /// Stops the queue so that everything can be resumed, and waits for it.
    pub async fn shutdown(&self) {
        todo!()
    }
}
