//! A store in memory. For tests of the layers that need one; keeps the promises of [`LibraryStore`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aniworld_names::title_key;

use super::{LibraryStore, LibraryTotals, StoreError};
use crate::events::EpisodeLabel;
use crate::ledger::{EpisodeState, HaveFile, LedgerRow, Offer, compare};
use crate::library::{LibraryFile, LibraryRoot, WalkReport};
use crate::source::{Completeness, Listing, OfferedEpisode, SourceConfig, SourceError, SourceId};

/// Keeps everything in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    root: Option<PathBuf>,
    sources: Vec<SourceConfig>,
    files: BTreeMap<String, LibraryFile>,
    offers: BTreeMap<(SourceId, String), Offered>,
    errors: BTreeMap<SourceId, SourceError>,
    next_offer: i64,
    failure: Option<String>,
}

/// An episode as it was offered, with the key of its series.
#[derive(Debug)]
struct Offered {
    id: i64,
    series: String,
    episode: OfferedEpisode,
    gone: bool,
}

impl MemoryStore {
    /// A store with a library folder and sources.
    pub fn new(root: Option<PathBuf>, sources: Vec<SourceConfig>) -> Self {
        Self {
            state: Mutex::new(State {
                root,
                sources,
                ..State::default()
            }),
        }
    }

    /// From now on every change fails with this text.
    pub fn fail_with(&self, text: &str) {
        self.lock().failure = Some(text.to_owned());
    }

    /// The files below the root, in order.
    pub fn files(&self) -> Vec<LibraryFile> {
        self.lock().files.values().cloned().collect()
    }

    /// Why a source could not be read, the last time.
    pub fn source_error(&self, source: SourceId) -> Option<SourceError> {
        self.lock().errors.get(&source).cloned()
    }

    /// The ledger of the series with this title.
    pub fn ledger(&self, title: &str) -> Vec<LedgerRow> {
        self.lock().ledger(&title_key(title))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn writable(&self) -> Result<(), StoreError> {
        self.failure.clone().map_or(Ok(()), |text| Err(StoreError(text)))
    }

    fn ledger(&self, series: &str) -> Vec<LedgerRow> {
        let offers: Vec<Offer> = self
            .offers
            .iter()
            .filter(|(_, offered)| offered.series == series)
            .map(|((source, _), offered)| Offer {
                offer_id: offered.id,
                source: *source,
                season: offered.episode.season,
                number: offered.episode.number.clone(),
                kind: offered.episode.kind,
                title: offered.episode.title.clone(),
                air_date: offered.episode.air_date,
                size: offered.episode.asset.size,
                gone: offered.gone,
            })
            .collect();
        let files: Vec<HaveFile> = (1..)
            .zip(self.files.values())
            .filter(|(_, file)| title_key(&file.series) == series)
            .map(|(file_id, file)| HaveFile {
                file_id,
                season: file.season,
                number: file.number.clone(),
                title: file.title.clone(),
                version: file.version,
            })
            .collect();
        compare(&offers, &files)
    }

    fn totals(&self) -> LibraryTotals {
        let offered = self.offers.values().map(|offered| offered.series.clone());
        let on_disk = self.files.values().map(|file| title_key(&file.series));
        let series: BTreeSet<String> = offered.chain(on_disk).collect();
        let rows: Vec<LedgerRow> = series.iter().flat_map(|key| self.ledger(key)).collect();
        let count = |state| rows.iter().filter(|row| row.state == state).count() as u64;
        LibraryTotals {
            series: series.len() as u64,
            have: count(EpisodeState::Have),
            missing: count(EpisodeState::Missing),
        }
    }
}

impl LibraryStore for MemoryStore {
    fn root(&self) -> Result<Option<LibraryRoot>, StoreError> {
        let state = self.lock();
        Ok(state.root.clone().map(|path| LibraryRoot {
            path,
            known_files: state.files.len() as u64,
        }))
    }

    fn sources(&self) -> Result<Vec<SourceConfig>, StoreError> {
        Ok(self.lock().sources.clone())
    }

    fn store_walk(&self, report: &WalkReport) -> Result<LibraryTotals, StoreError> {
        let mut state = self.lock();
        state.writable()?;
        let unreadable = |file: &str| {
            let below = |dir: &String| {
                dir.is_empty()
                    || file
                        .strip_prefix(dir.as_str())
                        .is_some_and(|f| f.starts_with('/'))
            };
            report.unreadable.iter().any(below)
        };
        state.files.retain(|file, _| unreadable(file));
        let found = report
            .files
            .iter()
            .map(|file| (file.relative.clone(), file.clone()));
        state.files.extend(found);
        Ok(state.totals())
    }

    fn store_listing(&self, source: SourceId, listing: &Listing) -> Result<LibraryTotals, StoreError> {
        let mut state = self.lock();
        state.writable()?;
        state.errors.remove(&source);
        if listing.completeness == Completeness::Complete {
            let own = state.offers.iter_mut().filter(|((owner, _), _)| *owner == source);
            own.for_each(|(_, offered)| offered.gone = true);
        }
        for series in &listing.series {
            for episode in &series.episodes {
                state.next_offer += 1;
                let key = (source, episode.key.clone());
                let id = state.offers.get(&key).map_or(state.next_offer, |known| known.id);
                let offered = Offered {
                    id,
                    series: title_key(&series.title),
                    episode: episode.clone(),
                    gone: false,
                };
                state.offers.insert(key, offered);
            }
        }
        Ok(state.totals())
    }

    fn source_failed(&self, source: SourceId, error: &SourceError) -> Result<(), StoreError> {
        let mut state = self.lock();
        state.writable()?;
        state.errors.insert(source, error.clone());
        Ok(())
    }

    fn add_file(
        &self,
        relative: &str,
        label: &EpisodeLabel,
        _bytes: u64,
    ) -> Result<LibraryTotals, StoreError> {
        let mut state = self.lock();
        state.writable()?;
        let file = LibraryFile {
            relative: relative.to_owned(),
            serie_folder: label.serie_folder.clone(),
            series: label.series.clone(),
            season: label.season,
            number: label.number.clone(),
            title: label.title.clone(),
            version: label.version,
        };
        state.files.insert(relative.to_owned(), file);
        Ok(state.totals())
    }
}
