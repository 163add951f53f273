//! The store from outside: what goes in through core's trait comes out of the lists.

mod days;
mod history;
mod jobs;
mod ledger;
mod lists;
mod opening;

use aniworld_core::events::EpisodeLabel;
use aniworld_core::library::{LibraryFile, WalkReport};
use aniworld_core::source::{
    Asset, AssetSize, Candidate, Completeness, EpisodeKind, Listing, OfferedEpisode, OfferedSeries, SourceId,
    SourceKind,
};
use tempfile::TempDir;

use super::*;

/// A store in a temporary folder, with a library chosen.
fn store() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    store.set_root(&dir.path().join("library")).unwrap();
    (dir, store)
}

fn file(relative: &str, season: u32, number: &str) -> LibraryFile {
    let folder = relative.split('/').next().unwrap();
    LibraryFile {
        relative: relative.to_owned(),
        serie_folder: folder.to_owned(),
        series: folder.to_owned(),
        season,
        number: number.parse().unwrap(),
        title: None,
        version: 1,
    }
}

fn walk(files: Vec<LibraryFile>) -> WalkReport {
    let mut serie_folders: Vec<String> = files.iter().map(|file| file.serie_folder.clone()).collect();
    serie_folders.dedup();
    WalkReport {
        files,
        serie_folders,
        ..WalkReport::default()
    }
}

fn offered(key: &str, season: u32, number: &str) -> OfferedEpisode {
    OfferedEpisode {
        key: key.to_owned(),
        season: Some(season),
        number: Some(number.parse().unwrap()),
        kind: EpisodeKind::Regular,
        title: Some(format!("Title of {key}")),
        air_date: None,
        asset: Asset {
            url: format!("http://127.0.0.1:9/{key}").parse().unwrap(),
            mime: None,
            size: AssetSize::Exact(100),
            extension: "mkv".to_owned(),
            sha256: Some([7; 32]),
        },
    }
}

fn series(title: &str, episodes: Vec<OfferedEpisode>) -> OfferedSeries {
    OfferedSeries {
        key: format!("key of {title}"),
        title: title.to_owned(),
        description: Some(format!("About {title}")),
        episodes,
    }
}

fn listing(series: Vec<OfferedSeries>) -> Listing {
    Listing {
        series,
        completeness: Completeness::Complete,
        warnings: Vec::new(),
    }
}

fn candidate(name: &str) -> Candidate {
    Candidate {
        kind: SourceKind::Directory,
        name: name.to_owned(),
        url: format!("http://127.0.0.1:9/{name}/").parse().unwrap(),
    }
}

fn add_source(store: &Store, name: &str, first: &Listing) -> SourceId {
    store.add_source(&candidate(name), first).unwrap().unwrap().id
}

/// Night Trains S01E01 to E06 at a source, of which the library holds the first four.
fn four_of_six(store: &Store) -> (SourceId, SeriesId) {
    use aniworld_core::store::LibraryStore;
    let six = (1..=6)
        .map(|n| offered(&format!("nt{n}"), 1, &n.to_string()))
        .collect();
    let source = add_source(store, "first", &listing(vec![series("Night Trains", six)]));
    let four = (1..=4).map(|n| file(&format!("Night Trains/Season 01/S01E0{n}.mkv"), 1, &n.to_string()));
    store.store_walk(&walk(four.collect())).unwrap();
    (source, only_series(store).id)
}

fn only_series(store: &Store) -> SeriesSummary {
    let page = store.series("", SeriesFilter::All, 0, 10).unwrap();
    assert_eq!(page.rows.len(), 1, "{:?}", page.rows);
    page.rows[0].clone()
}

/// `S01E05` of every episode, with its state.
fn states(store: &Store, series: SeriesId) -> Vec<(String, EpisodeState)> {
    let view = store.series_view(series).unwrap().unwrap();
    let episodes = view.episodes.iter();
    episodes
        .map(|episode| (crate::anime::episode_code(&episode.label), episode.state))
        .collect()
}

fn label(folder: &str, season: u32, number: &str) -> EpisodeLabel {
    EpisodeLabel {
        serie_folder: folder.to_owned(),
        series: folder.to_owned(),
        season,
        number: number.parse().unwrap(),
        title: None,
        version: 1,
    }
}

use aniworld_core::ledger::EpisodeState;
