//! Opening a data folder: lock, settings, store, services, in this order.

use std::path::Path;
use std::sync::{Arc, Mutex};

use aniworld_core::SeriesApp;
use aniworld_core::app::SeriesAppParts;
use aniworld_core::source::Net;
use aniworld_core::transfer::{Engine, EngineOptions};

use super::{Aniworld, OpenError, OpenOptions};
use crate::data_dir::DataDirLock;
use crate::downloads::{DownloadService, QueueOptions};
use crate::history::recorder::{Recorder, cut_off};
use crate::history::retention::Retention;
use crate::progress::{Journal, LIBRARY_SCAN, SystemClock};
use crate::settings::{Settings, SettingsError, TransferSettings};
use crate::store::{DATABASE_FILE, Store, StoreOpenError};
use crate::story::keeper::Keeper;
use crate::trace::Tracer;
use crate::{AnimeService, ProgressService};

/// What lies on the disk.
struct Opened {
    lock: DataDirLock,
    store: Store,
    settings: Settings,
    settings_faults: Vec<SettingsError>,
    /// What happened to scans so far.
    scans: Option<Journal>,
}

impl Aniworld {
    /// Opens a data folder for writing, takes its lock, recovers the queue and starts it. Must be called
    /// inside a tokio runtime.
    pub async fn open(options: OpenOptions) -> Result<Self, OpenError> {
        let opened = read_disk(&options).await?;
        let (net, transfers) = (Net::new(), &opened.settings.transfers);
        net.go_through(&transfers.proxy);
        let engine = engine(transfers)?;
        let progress = ProgressService::new();
        if let Some(journal) = opened.scans {
            progress.adopt_journal(LIBRARY_SCAN, journal);
        }
        let clock = Arc::new(SystemClock::default());
        let keeper = Keeper::start(progress.clone(), opened.store.clone(), clock);
        let tracer = Tracer::start(&progress);
        let recorder = Recorder::start(progress.clone(), opened.store.clone());
        let retention = Retention::start(
            opened.store.clone(),
            Arc::new(SystemClock::default()),
            opened.settings.history_days,
        );
        let series_app = SeriesApp::new(SeriesAppParts {
            store: Arc::new(opened.store.clone()),
            engine: engine.clone(),
            net: net.clone(),
            rules: transfers.rules(options.retry),
        });
        let anime = AnimeService::new(Arc::new(series_app), progress.clone());
        let queue = QueueOptions {
            parallel: opened.settings.parallel_downloads,
            run: options.run_queue,
        };
        let downloads = DownloadService::new(anime.clone(), progress.clone(), opened.store.clone(), queue)
            .await
            .map_err(|error| unreadable(&options.data_dir, &error))?;
        Ok(Self {
            progress,
            anime,
            downloads,
            store: opened.store,
            recorder,
            keeper,
            retention,
            _tracer: tracer,
            engine,
            retry: options.retry,
            net,
            data_dir: options.data_dir,
            config_dir: options.config_dir,
            settings: Mutex::new(opened.settings),
            settings_faults: opened.settings_faults,
            _lock: opened.lock,
            demo: None,
        })
    }
}

fn engine(settings: &TransferSettings) -> Result<Engine, OpenError> {
    let engine = Engine::new(&EngineOptions {
        client: settings.client(),
        connections_per_host: settings.connections_per_host,
        ..EngineOptions::default()
    });
    let engine = engine.map_err(|error| OpenError::Network(error.to_string()))?;
    engine.limits().set_global(settings.global_limit());
    engine.limits().set_per_host(settings.per_host_limit());
    Ok(engine)
}

/// Takes the lock and reads what lies on the disk.
async fn read_disk(options: &OpenOptions) -> Result<Opened, OpenError> {
    let given = options.clone();
    let opened = tokio::task::spawn_blocking(move || open_disk(&given)).await;
    let opened = opened.unwrap_or_else(|broken| {
        Err(OpenError::Folder {
            data_dir: options.data_dir.clone(),
            detail: broken.to_string(),
        })
    })?;
    for fault in &opened.settings_faults {
        tracing::warn!(%fault, "a setting has its default");
    }
    Ok(opened)
}

fn open_disk(options: &OpenOptions) -> Result<Opened, OpenError> {
    let lock = DataDirLock::take(&options.data_dir, &options.holder)?;
    let store = Store::open(&options.data_dir)?;
    store
        .end_open_operations(&cut_off())
        .map_err(|failure| unreadable(&options.data_dir, &failure))?;
    let (settings, settings_faults) = Settings::load(&options.config_dir);
    let scans = store.journal(LIBRARY_SCAN).unwrap_or_else(|failure| {
        // nothing depends on it
        tracing::warn!(%failure, "the story of earlier scans cannot be read");
        None
    });
    Ok(Opened {
        lock,
        store,
        settings,
        settings_faults,
        scans,
    })
}

fn unreadable(data_dir: &Path, error: &impl ToString) -> OpenError {
    OpenError::Store(StoreOpenError::Io {
        path: data_dir.join(DATABASE_FILE),
        detail: error.to_string(),
    })
}
