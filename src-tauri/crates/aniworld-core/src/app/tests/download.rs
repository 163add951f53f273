//! Downloads: what is on disk, in the store and in the events afterwards.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use aniworld_transfer::{Control, Signal, TransferError};
use tokio::sync::Notify;

use super::server::BODY;
use super::{World, app};
use crate::app::{DownloadFailure, EpisodeDownload};
use crate::events::{DownloadStatus, EpisodeLabel, SeriesEvent, SeriesEventSink};
use crate::library::WalkReport;
use crate::source::{Asset, AssetSize};
use crate::store::LibraryStore;

const FILE: &str = "Night Trains/Season 01/Night Trains - S01E02 - Departure.mkv";

impl World {
    fn request(&self, path: &str) -> EpisodeDownload {
        let label = EpisodeLabel {
            serie_folder: "Night Trains".to_owned(),
            series: "Night Trains".to_owned(),
            season: 1,
            number: "2".parse().unwrap(),
            title: Some("Departure".to_owned()),
            version: 1,
        };
        EpisodeDownload {
            label: Arc::new(label),
            asset: Asset {
                url: self.server.url(path),
                mime: None,
                size: AssetSize::Exact(BODY.len() as u64),
                extension: "mkv".to_owned(),
                sha256: None,
            },
            root: self.library.path().to_path_buf(),
        }
    }

    /// Downloads until half of the file is there, then wants something else.
    async fn stop_half_way(&self, signal: Signal) -> Result<super::super::Downloaded, DownloadFailure> {
        let control = Control::new();
        let half = Arc::new(Half::default());
        self.app.subscribe(half.clone());
        let stop = async {
            half.reached.notified().await;
            control.set(signal);
        };
        let (outcome, ()) = tokio::join!(self.app.download(self.request("gated.mkv"), &control), stop);
        outcome
    }

    /// The names of the events, figures left out.
    fn names(&self) -> Vec<&'static str> {
        let names = self.sink.downloads().into_iter().map(|status| match status {
            DownloadStatus::Started { .. } => "started",
            DownloadStatus::Progress { .. } => "progress",
            DownloadStatus::Phase(_) => "phase",
            DownloadStatus::Noted(_) => "noted",
            DownloadStatus::Waiting { .. } => "waiting",
            DownloadStatus::Paused => "paused",
            DownloadStatus::Resumed => "resumed",
            DownloadStatus::Completed { .. } => "completed",
            DownloadStatus::Failed(_) => "failed",
            DownloadStatus::Cancelled => "cancelled",
        });
        let mut names: Vec<_> = names.collect();
        names.dedup();
        names
    }
}

/// Notices the first bytes.
#[derive(Default)]
struct Half {
    reached: Notify,
}

impl SeriesEventSink for Half {
    fn emit(&self, event: SeriesEvent) {
        if let SeriesEvent::Download {
            status: DownloadStatus::Progress { bytes: 100_000.., .. },
            ..
        } = event
        {
            self.reached.notify_one();
        }
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[tokio::test]
async fn an_episode_takes_its_place_and_is_remembered() {
    let world = World::new().await;
    let done = world
        .app
        .download(world.request("file.mkv"), &Control::new())
        .await
        .unwrap();
    assert_eq!(
        (done.relative.as_str(), done.bytes, done.skipped_existing),
        (FILE, BODY.len() as u64, false)
    );
    assert_eq!(fs::read(world.library.path().join(FILE)).unwrap(), BODY);
    assert_eq!(world.store.files()[0].relative, FILE);
    let names = world.names();
    assert_eq!(
        (names.first(), names.last()),
        (Some(&"started"), Some(&"completed")),
        "{names:?}"
    );
    assert_eq!(names.iter().filter(|name| **name == "started").count(), 1);
}

#[tokio::test]
async fn a_missing_library_is_never_made() {
    let world = World::new().await;
    let mut request = world.request("file.mkv");
    request.root = world.library.path().join("gone");
    let outcome = world.app.download(request.clone(), &Control::new()).await;
    assert_eq!(
        outcome,
        Err(DownloadFailure::LibraryMissing {
            path: request.root.clone()
        })
    );
    assert!(!request.root.exists());
    assert_eq!(world.names(), ["started", "failed"]);
}

#[tokio::test]
async fn an_empty_folder_that_held_episodes_is_no_library() {
    let world = World::new().await;
    let request = world.request("file.mkv");
    world
        .store
        .add_file("Night Trains/a.mkv", &request.label, 1)
        .unwrap();
    let outcome = world.app.download(request, &Control::new()).await;
    assert!(
        matches!(outcome, Err(DownloadFailure::LibraryMissing { .. })),
        "{outcome:?}"
    );
    assert!(is_empty(world.library.path()));
}

#[tokio::test]
async fn cancel_leaves_no_trace() {
    let world = World::new().await;
    let outcome = world.stop_half_way(Signal::Cancel).await;
    assert_eq!(outcome, Err(TransferError::Cancelled.into()));
    assert!(is_empty(world.library.path()));
    assert_eq!(world.names().last(), Some(&"cancelled"));
    assert!(world.store.files().is_empty());
}

#[tokio::test]
async fn a_folder_that_was_there_before_stays_after_a_cancel() {
    let world = World::new().await;
    fs::create_dir(world.library.path().join("Night Trains")).unwrap();
    let _ = world.stop_half_way(Signal::Cancel).await;
    assert!(is_empty(&world.library.path().join("Night Trains")));
}

#[tokio::test]
async fn pause_keeps_what_came_and_a_second_download_goes_on() {
    let world = World::new().await;
    assert_eq!(
        world.stop_half_way(Signal::Pause).await,
        Err(TransferError::Paused.into())
    );
    assert_eq!(world.names().last(), Some(&"paused"));
    world.server.open_gate();
    let before = world.sink.downloads().len();
    let done = world
        .app
        .download(world.request("gated.mkv"), &Control::new())
        .await
        .unwrap();
    assert_eq!(fs::read(world.library.path().join(&done.relative)).unwrap(), BODY);
    let after = &world.sink.downloads()[before..];
    assert!(
        matches!(
            after[0],
            DownloadStatus::Started {
                resumed_from: 1..,
                ..
            }
        ),
        "{after:?}"
    );
    assert!(matches!(after[1], DownloadStatus::Resumed), "{after:?}");
    assert!(world.server.requests()[1].contains("range: bytes="));
}

#[tokio::test]
async fn cancel_after_a_pause_leaves_no_trace() {
    let world = World::new().await;
    let _ = world.stop_half_way(Signal::Pause).await;
    let control = Control::new();
    control.set(Signal::Cancel);
    let outcome = world.app.download(world.request("gated.mkv"), &control).await;
    assert_eq!(outcome, Err(TransferError::Cancelled.into()));
    assert!(is_empty(world.library.path()));
}

#[tokio::test]
async fn an_interruption_keeps_the_part_and_has_no_ending() {
    let world = World::new().await;
    let outcome = world.stop_half_way(Signal::Interrupt).await;
    assert_eq!(outcome, Err(TransferError::Interrupted.into()));
    assert_eq!(world.names(), ["started", "progress"]);
    let part = aniworld_transfer::part_path(&world.library.path().join(FILE));
    assert!(part.exists());
}

#[tokio::test]
async fn an_episode_that_is_there_is_not_fetched_again() {
    let world = World::new().await;
    let file = world.library.path().join(FILE);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "mine").unwrap();
    let done = world
        .app
        .download(world.request("file.mkv"), &Control::new())
        .await
        .unwrap();
    assert!(done.skipped_existing && done.bytes == 4);
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    assert!(world.server.requests().is_empty());
    let last = world.sink.downloads().pop();
    let skipped = DownloadStatus::Completed {
        bytes: 4,
        took: done.took,
        skipped_existing: true,
    };
    assert_eq!(format!("{last:?}"), format!("{:?}", Some(skipped)));
    assert_eq!(world.store.files().len(), 1);
}

#[tokio::test]
async fn an_empty_file_of_that_name_is_no_episode() {
    let world = World::new().await;
    let file = world.library.path().join(FILE);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "").unwrap();
    let outcome = world
        .app
        .download(world.request("file.mkv"), &Control::new())
        .await;
    assert_eq!(outcome, Err(TransferError::Exists { path: file }.into()));
    assert!(world.store.files().is_empty());
}

#[tokio::test]
async fn a_refusal_leaves_no_empty_folders() {
    let world = World::new().await;
    let outcome = world
        .app
        .download(world.request("nothing.mkv"), &Control::new())
        .await;
    let refused = matches!(
        outcome,
        Err(DownloadFailure::Transfer(TransferError::HttpStatus {
            status: 404,
            ..
        }))
    );
    assert!(refused, "{outcome:?}");
    assert!(is_empty(world.library.path()));
    assert_eq!(world.names(), ["started", "failed"]);
}

#[tokio::test]
async fn a_store_that_fails_is_said_and_the_file_stays() {
    let world = World::new().await;
    world.store.fail_with("the disk is full");
    let outcome = world
        .app
        .download(world.request("file.mkv"), &Control::new())
        .await;
    assert!(matches!(outcome, Err(DownloadFailure::Store(_))), "{outcome:?}");
    assert!(world.library.path().join(FILE).exists());
    assert_eq!(world.names().last(), Some(&"failed"));
}

#[tokio::test]
async fn every_subscriber_hears_everything() {
    let world = World::new().await;
    let second = Arc::new(crate::events::RecordingSink::default());
    world.app.subscribe(second.clone());
    world
        .app
        .download(world.request("file.mkv"), &Control::new())
        .await
        .unwrap();
    assert_eq!(second.events().len(), world.sink.events().len());
}

#[tokio::test]
async fn what_was_downloaded_is_found_by_the_next_walk() {
    let world = World::new().await;
    world
        .app
        .download(world.request("file.mkv"), &Control::new())
        .await
        .unwrap();
    let remembered = world.store.files();
    world.store.store_walk(&WalkReport::default()).unwrap();
    let app = app(&world.store, &world.sink);
    app.rescan(&tokio_util::sync::CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(world.store.files(), remembered);
}
