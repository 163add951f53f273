//! `Aniworld`: one opened data folder with all its services. What a shell holds.

mod demo;
mod library;
mod open;
mod sources;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aniworld_core::app::{RetryPolicy, ScanFailure};
use aniworld_core::events::ScanTotals;
use aniworld_core::source::{Net, SourceError};
use aniworld_core::transfer::Engine;

pub use self::library::LibraryState;
use crate::data_dir::DataDirLock;
use crate::downloads::DownloadService;
use crate::history::recorder::Recorder;
use crate::history::retention::Retention;
use crate::history::{Metrics, today};
use crate::progress::keys;
use crate::settings::{Settings, SettingsError, SettingsPatch, TransferSettings};
use crate::store::{Store, StoreFailure, StoreOpenError};
use crate::story::keeper::Keeper;
use crate::story::{Story, StoryOf};
use crate::trace::Tracer;
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
    pub retry: RetryPolicy,
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
    /// No client for the network can be made on this system.
    #[error("the network cannot be used: {0}")]
    Network(String),
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
    recorder: Recorder,
    keeper: Keeper,
    retention: Retention,
    /// Only while somebody listens to `tracing`.
    _tracer: Option<Tracer>,
    engine: Engine,
    /// Pauses between tries; how many there are is a setting.
    retry: RetryPolicy,
    net: Net,
    data_dir: PathBuf,
    config_dir: PathBuf,
    settings: Mutex<Settings>,
    settings_faults: Vec<SettingsError>,
    // last, so that everything that uses the folder is gone before others may
    _lock: DataDirLock,
    demo: Option<demo::Demo>,
}

impl Aniworld {
    /// Whether this is the demo.
    pub fn is_demo(&self) -> bool {
        self.demo.is_some()
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Scans; a request while a scan runs joins that one.
    pub async fn rescan(&self) -> Result<ScanTotals, ScanFailure> {
        self.anime.rescan().await
    }

    /// The settings as they are in force.
    pub fn settings(&self) -> Settings {
        let settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        settings.clone()
    }

    /// What was wrong with the settings file when it was read.
    pub fn settings_faults(&self) -> &[SettingsError] {
        &self.settings_faults
    }

    /// Writes changed settings and puts them into force.
    pub async fn update_settings(&self, patch: SettingsPatch) -> Result<Settings, SettingsError> {
        let (config_dir, written) = (self.config_dir.clone(), patch.clone());
        let saved = tokio::task::spawn_blocking(move || Settings::save(&config_dir, &written)).await;
        let saved = saved.unwrap_or_else(|broken| {
            Err(SettingsError::File {
                path: self.config_dir.clone(),
                detail: broken.to_string(),
            })
        })?;
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = saved.clone();
        self.retention.keep_for(saved.history_days);
        self.transfer_as(&saved.transfers, patch.transfers.proxy.is_some());
        if patch.parallel_downloads.is_some()
            && let Err(error) = self.downloads.set_parallel(saved.parallel_downloads).await
        {
            // the number holds all the same; what failed is starting the next job
            tracing::error!(%error, "the queue cannot go on");
        }
        Ok(saved)
    }

    /// Puts the settings of transfers into force. A new proxy costs the connections that are open.
    fn transfer_as(&self, settings: &TransferSettings, new_proxy: bool) {
        self.engine.limits().set_global(settings.global_limit());
        self.engine.limits().set_per_host(settings.per_host_limit());
        self.engine
            .set_connections_per_host(settings.connections_per_host);
        self.anime.set_rules(settings.rules(self.retry));
        if new_proxy {
            self.net.go_through(&settings.proxy);
            if let Err(error) = self.engine.reach_by(&settings.client()) {
                // it was read as an address before; what failed is making a client at all
                tracing::error!(%error, "the proxy cannot be changed");
            }
        }
    }

    /// Stops the scan and the queue so that everything can be resumed, and waits for it.
    pub async fn shutdown(&self) {
        tokio::join!(self.anime.cancel_rescan(), self.downloads.shutdown());
        self.recorder.finish().await;
        self.keeper.finish().await;
    }

    /// Everything that is known about an operation, to answer "why?".
    pub async fn story(&self, of: StoryOf) -> Result<Story, StoreFailure> {
        let asked = of.clone();
        let mut story = self.store.on_blocking(move |store| store.story(&asked)).await?;
        if let Some(journal) = self.progress.journal(&of.operation) {
            story.journal = journal;
        }
        // an operation that belongs to another job of the same episode says nothing about this one
        let job = story.job.as_ref().map(|job| job.id.0);
        story.progress = self.progress.get(&of.operation).filter(|progress| {
            let owner = progress
                .metadata
                .get(keys::JOB)
                .and_then(serde_json::Value::as_i64);
            owner.is_none() || job.is_none() || owner == job
        });
        Ok(story.with_parallel(self.settings().parallel_downloads))
    }

    /// Everything that is counted, up to today, and what only this program knows.
    pub async fn metrics(&self) -> Result<Metrics, StoreFailure> {
        let stored = self.store.on_blocking(|store| store.metrics(today())).await?;
        Ok(Metrics {
            active_operations: u64::try_from(self.progress.active().len()).ok(),
            late_updates: Some(self.progress.late_updates()),
            listeners: Some(self.progress.listeners()),
            ..stored
        })
    }
}

#[cfg(test)]
mod tests;
