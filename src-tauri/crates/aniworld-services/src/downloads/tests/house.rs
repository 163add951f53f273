//! What outlives a process: the data folder, the library, the server.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aniworld_core::SeriesApp;
use aniworld_core::app::{RetryPolicy, SeriesAppParts, TransferRules};
use aniworld_core::source::{
    Asset, AssetSize, Candidate, Completeness, EpisodeKind, Listing, Net, OfferedEpisode, OfferedSeries,
    SourceKind,
};
use aniworld_core::transfer::{Connections, Engine, EngineOptions};
use aniworld_testkit::fault::{Fault, FaultServer, Script};
use tempfile::TempDir;
use tokio::sync::watch;

use super::run::Run;
use crate::downloads::{DownloadService, PARALLEL_MAX, QueueOptions};
use crate::progress::ProgressEvent;
use crate::store::{DATABASE_FILE, Store};
use crate::{AnimeService, ProgressService};

/// The size of every episode, and the place of the gate in it.
pub(super) const SIZE: usize = 192 << 10;
pub(super) const HALF: u64 = 128 << 10;
/// So many bytes come a second time when a download goes on, so that they can be compared.
pub(super) const OVERLAP: u64 = 64 << 10;

/// The range that is asked for behind the gate.
pub(super) fn rest() -> String {
    format!("bytes={}-", HALF - OVERLAP)
}

/// The bytes of every episode.
pub(super) fn body() -> Vec<u8> {
    (0..SIZE).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

/// A server on which every download stops on its way: of the rest, too, the gate is the end.
pub(super) fn gated() -> Script {
    Script::new(body()).always(Fault::Gate(HALF))
}

/// One attempt: what fails fails at once.
const ONE_TRY: RetryPolicy = RetryPolicy {
    tries: 1,
    base: Duration::ZERO,
    cap: Duration::ZERO,
    stall: Duration::from_secs(30),
};

/// A library in which episodes of Night Trains are missing, and the server that offers them.
pub(super) struct House {
    dir: TempDir,
    pub(super) server: FaultServer,
}

impl House {
    /// S01E01 and so on are offered.
    pub(super) fn new(episodes: u32, script: Script) -> Self {
        let numbers: Vec<String> = (1..=episodes).map(|number| number.to_string()).collect();
        Self::offering(&numbers, script)
    }

    /// These numbers are offered; one that comes twice is offered in two versions.
    pub(super) fn offering(numbers: &[String], script: Script) -> Self {
        let house = Self {
            dir: tempfile::tempdir().unwrap(),
            server: FaultServer::start(script).unwrap(),
        };
        std::fs::create_dir_all(house.library()).unwrap();
        std::fs::create_dir_all(house.data()).unwrap();
        let store = Store::open(&house.data()).unwrap();
        store.set_root(&house.library()).unwrap();
        let episodes = (1..).zip(numbers);
        let series = OfferedSeries {
            key: "night-trains".to_owned(),
            title: "Night Trains".to_owned(),
            description: None,
            episodes: episodes.map(|(at, number)| house.offer(at, number)).collect(),
        };
        let listing = Listing {
            series: vec![series],
            completeness: Completeness::Complete,
            warnings: Vec::new(),
        };
        let candidate = Candidate {
            kind: SourceKind::Directory,
            name: "the server".to_owned(),
            url: house.server.url("/").parse().unwrap(),
        };
        store.add_source(&candidate, &listing).unwrap().unwrap();
        house
    }

    fn offer(&self, at: u32, number: &str) -> OfferedEpisode {
        OfferedEpisode {
            key: format!("nt{at}"),
            season: Some(1),
            number: Some(number.parse().unwrap()),
            kind: EpisodeKind::Regular,
            title: None,
            air_date: None,
            asset: Asset {
                url: self.server.url(&format!("/{at}.mkv")).parse().unwrap(),
                mime: None,
                size: AssetSize::Exact(SIZE as u64),
                extension: "mkv".to_owned(),
                sha256: None,
            },
        }
    }

    pub(super) fn library(&self) -> PathBuf {
        self.dir.path().join("library")
    }

    pub(super) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The place of an episode.
    pub(super) fn file(&self, number: u32) -> PathBuf {
        let name = format!("Night Trains - S01E{number:02}.mkv");
        self.library().join("Night Trains/Season 01").join(name)
    }

    /// Where its bytes are until it is whole.
    pub(super) fn part(&self, number: u32) -> PathBuf {
        aniworld_core::transfer::part_path(&self.file(number))
    }

    /// Everything below the library, folders too.
    pub(super) fn tree(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.library(), &mut found);
        let root = self.library();
        let below = found.iter().map(|path| path.strip_prefix(&root).unwrap());
        let mut names: Vec<String> = below.map(|path| path.display().to_string()).collect();
        names.sort();
        names
    }

    /// The paths that the server was asked for, in order.
    pub(super) fn asked(&self) -> Vec<String> {
        self.server.requests().into_iter().map(|it| it.path).collect()
    }

    /// From now on nothing stops half-way, and what stands there goes on.
    pub(super) fn open_wide(&self) {
        self.server.now(Fault::None);
        self.let_go();
    }

    /// What stands half-way goes on. Answers to a client that is gone may still stand there and take a
    /// permission, so there is one for each request, and for each that is just being read.
    pub(super) fn let_go(&self) {
        for _ in 0..self.server.requests().len() + PARALLEL_MAX as usize {
            self.server.open_gate();
        }
    }

    /// Has SQLite refuse something, as a full or broken disk would.
    pub(super) fn break_store(&self, event: &str) {
        let trigger = format!("CREATE TRIGGER broken BEFORE {event} BEGIN SELECT raise(ABORT, 'no'); END");
        self.sql(&trigger);
    }

    pub(super) fn mend_store(&self) {
        self.sql("DROP TRIGGER broken");
    }

    fn sql(&self, text: &str) {
        let connection = rusqlite::Connection::open(self.data().join(DATABASE_FILE)).unwrap();
        connection.execute_batch(text).unwrap();
    }

    /// Opens it with a queue that works.
    pub(super) async fn open(&self, parallel: u32) -> Run {
        self.open_with(QueueOptions { parallel, run: true }).await
    }

    /// Opens it with a queue that starts nothing.
    pub(super) async fn open_idle(&self) -> Run {
        let options = QueueOptions {
            parallel: 1,
            run: false,
        };
        self.open_with(options).await
    }

    async fn open_with(&self, options: QueueOptions) -> Run {
        self.open_trying(options, ONE_TRY).await
    }

    /// The same with another patience.
    pub(super) async fn open_trying(&self, options: QueueOptions, retry: RetryPolicy) -> Run {
        let store = Store::open(&self.data()).unwrap();
        let progress = ProgressService::new();
        let heard = watch::Sender::new(Vec::new());
        let listening = heard.subscribe();
        progress.subscribe("progress_updated", move |event| {
            heard.send_modify(|events: &mut Vec<ProgressEvent>| events.push(event));
            async {}
        });
        let series_app = SeriesApp::new(SeriesAppParts {
            store: Arc::new(store.clone()),
            engine: Engine::new(&EngineOptions::default()).unwrap(),
            net: Net::new(),
            rules: TransferRules {
                retry,
                connections: Connections::UpTo(1),
            },
        });
        let anime = AnimeService::new(Arc::new(series_app), progress.clone());
        let queue = DownloadService::new(anime, progress.clone(), store.clone(), options)
            .await
            .unwrap();
        Run {
            queue,
            progress,
            store,
            heard: listening,
        }
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.push(path.clone());
        if path.is_dir() {
            collect(&path, found);
        }
    }
}
