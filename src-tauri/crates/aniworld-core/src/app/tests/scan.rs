//! Scans: what is stored and said, in good times and in bad.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Server, World, app};
use crate::app::ScanFailure;
use crate::events::{RecordingSink, ScanPhase, ScanStatus};
use crate::ledger::EpisodeState;
use crate::source::{SourceConfig, SourceError, SourceId, SourceKind};
use crate::store::MemoryStore;

fn feed(server: &Server, id: i64, path: &str) -> SourceConfig {
    SourceConfig {
        id: SourceId(id),
        kind: SourceKind::Feed,
        name: path.to_owned(),
        url: server.url(path),
    }
}

impl World {
    fn put(&self, relative: &str) {
        let path = self.library.path().join(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }

    async fn scan(&self) -> Result<crate::events::ScanTotals, ScanFailure> {
        self.app.rescan(&CancellationToken::new()).await
    }

    /// The events of the scans, progress left out.
    fn marks(&self) -> Vec<ScanStatus> {
        let scans = self.sink.scans().into_iter();
        scans
            .filter(|status| !matches!(status, ScanStatus::Progress { .. }))
            .collect()
    }
}

#[tokio::test]
async fn what_a_source_offers_and_the_disk_lacks_is_missing() {
    let world = World::with_sources(|server| vec![feed(server, 1, "feed.xml")]).await;
    world.put("Night Trains/Season 01/Night Trains - S01E02.mkv");
    world.put("Harbour/Season 01/Harbour - S01E01.mkv");
    let totals = world.scan().await.unwrap();
    assert_eq!((totals.series, totals.episodes, totals.missing), (2, 2, 1));
    assert_eq!((totals.files, totals.dirs, totals.failed_sources), (2, 5, 0));
    let states: Vec<_> = world
        .store
        .ledger("Night Trains")
        .iter()
        .map(|row| row.state)
        .collect();
    assert_eq!(states, [EpisodeState::Missing, EpisodeState::Have]);
    assert_eq!(
        world.marks(),
        [ScanStatus::Started, ScanStatus::Completed(totals)]
    );
}

#[tokio::test]
async fn progress_goes_through_the_phases_in_order() {
    let world = World::with_sources(|server| vec![feed(server, 1, "feed.xml")]).await;
    world.put("Harbour/Harbour - S01E01.mkv");
    world.scan().await.unwrap();
    let mut phases: Vec<ScanPhase> = world
        .sink
        .scans()
        .into_iter()
        .filter_map(|status| match status {
            ScanStatus::Progress { phase, .. } => Some(phase),
            _ => None,
        })
        .collect();
    phases.dedup();
    phases.retain(|phase| *phase != ScanPhase::Walking); // a walk this short may have nothing to say
    assert_eq!(phases, [ScanPhase::Sources, ScanPhase::Comparing]);
}

#[tokio::test]
async fn a_source_that_fails_is_counted_and_remembered() {
    let world =
        World::with_sources(|server| vec![feed(server, 1, "nothing.xml"), feed(server, 2, "feed.xml")]).await;
    let totals = world.scan().await.unwrap();
    assert_eq!((totals.failed_sources, totals.missing), (1, 2));
    let error = world.store.source_error(SourceId(1));
    assert!(
        matches!(error, Some(SourceError::HttpStatus { status: 404, .. })),
        "{error:?}"
    );
    assert_eq!(world.store.source_error(SourceId(2)), None);
}

#[tokio::test]
async fn without_a_library_there_is_nothing_to_scan() {
    let (store, sink) = (
        Arc::new(MemoryStore::default()),
        Arc::new(RecordingSink::default()),
    );
    let outcome = app(&store, &sink).rescan(&CancellationToken::new()).await;
    assert_eq!(outcome, Err(ScanFailure::NoLibrary));
    assert_eq!(
        sink.scans(),
        [ScanStatus::Started, ScanStatus::Failed(ScanFailure::NoLibrary)]
    );
}

#[tokio::test]
async fn an_unplugged_library_changes_nothing() {
    let world = World::with_sources(|server| vec![feed(server, 1, "feed.xml")]).await;
    world.put("Night Trains/Season 01/Night Trains - S01E02.mkv");
    world.scan().await.unwrap();
    let before = world.store.files();
    fs::remove_dir_all(world.library.path().join("Night Trains")).unwrap();
    let failure = ScanFailure::Unreachable {
        path: PathBuf::from(world.library.path()),
        known_files: 1,
    };
    assert_eq!(world.scan().await, Err(failure.clone()));
    assert_eq!(world.store.files(), before);
    assert_eq!(world.marks().last(), Some(&ScanStatus::Failed(failure)));
}

#[tokio::test]
async fn a_library_that_is_unplugged_while_sources_are_read_changes_nothing() {
    let world = World::with_sources(|server| vec![feed(server, 1, "feed.xml")]).await;
    world.put("Night Trains/Season 01/Night Trains - S01E02.mkv");
    world.scan().await.unwrap();
    let before = world.store.files();
    let unplug = Arc::new(Unplug(world.library.path().join("Night Trains")));
    world.app.subscribe(unplug);
    let outcome = world.scan().await;
    assert!(
        matches!(outcome, Err(ScanFailure::Unreachable { known_files: 1, .. })),
        "{outcome:?}"
    );
    assert_eq!(world.store.files(), before);
}

/// Takes the only folder of the library away when the sources are done.
struct Unplug(PathBuf);

impl crate::events::SeriesEventSink for Unplug {
    fn emit(&self, event: crate::events::SeriesEvent) {
        let done = ScanStatus::Progress {
            phase: ScanPhase::Sources,
            done: 1,
            total: Some(1),
            files: 0,
        };
        if matches!(event, crate::events::SeriesEvent::Scan(status) if status == done) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }
}

#[tokio::test]
async fn a_scan_can_be_stopped_while_a_source_keeps_silent() {
    let world = World::with_sources(|server| vec![feed(server, 1, "silent")]).await;
    let cancel = CancellationToken::new();
    let stop = async {
        while world.server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let (outcome, ()) = tokio::join!(world.app.rescan(&cancel), stop);
    assert_eq!(outcome, Err(ScanFailure::Cancelled));
    assert_eq!(world.marks(), [ScanStatus::Started, ScanStatus::Cancelled]);
}

#[tokio::test]
async fn a_scan_that_is_dropped_has_an_ending_too() {
    let world = World::with_sources(|server| vec![feed(server, 1, "silent")]).await;
    let begun = async {
        while world.server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = world.scan() => panic!("the source never answers"),
        () = begun => {}
    }
    assert_eq!(world.marks(), [ScanStatus::Started, ScanStatus::Cancelled]);
}

#[tokio::test]
async fn a_store_that_fails_fails_the_scan() {
    let world = World::new().await;
    world.store.fail_with("the disk is full");
    let outcome = world.scan().await;
    assert!(
        matches!(&outcome, Err(ScanFailure::Store(detail)) if detail.contains("full")),
        "{outcome:?}"
    );
}
