//! Sources that are added, added again, read again and removed.

use aniworld_core::source::{SourceError, SourceId, SourceKind};
use aniworld_testkit::fault::{Fault, FaultServer, Script, ServedFile};
use aniworld_testkit::media;

use super::*;
use crate::downloads::Selection;
use crate::store::{SeriesFilter, SeriesSummary};

/// A feed with two episodes of Night Trains.
fn feed() -> FaultServer {
    let item = |number: u32| {
        format!(
            "<item><title>Part {number}</title><guid>nt{number}</guid><itunes:season>1</itunes:season>
             <itunes:episode>{number}</itunes:episode><enclosure url='/{number}.mkv' type='video/x-matroska'/></item>"
        )
    };
    let text = format!(
        "<?xml version='1.0'?><rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>
         <channel><title>Night Trains</title>{}{}</channel></rss>",
        item(1),
        item(2)
    );
    let file = ServedFile::new(text).content_type("application/rss+xml");
    FaultServer::start(Script::of(file)).unwrap()
}

/// The same with a library that was chosen.
pub(super) async fn stage() -> (TempDir, FaultServer, Aniworld) {
    let (folder, aniworld) = fresh().await;
    aniworld.set_library(folder.path().join("library")).await.unwrap();
    (folder, feed(), aniworld)
}

fn series(aniworld: &Aniworld) -> Vec<SeriesSummary> {
    aniworld.store.series("", SeriesFilter::All, 0, 10).unwrap().rows
}

#[tokio::test]
async fn an_address_is_found_out_read_and_kept_once() {
    let (_folder, server, aniworld) = stage().await;
    let url = server.url("/feed.xml");
    let added = aniworld.add_source(&url, None, None).await.unwrap();
    assert_eq!(
        (added.kind, added.name.as_str()),
        (SourceKind::Feed, "Night Trains")
    );
    assert_eq!(series(&aniworld)[0].missing, 2, "what it offers is known at once");
    let again = aniworld.add_source(&url, None, Some("Another".to_owned())).await;
    let exists = SourceChangeError::Exists {
        name: "Night Trains".to_owned(),
    };
    assert_eq!(again, Err(exists));
    assert_eq!(aniworld.store.source_views().unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_who_add_the_same_at_once_one_is_told() {
    let (_folder, server, aniworld) = stage().await;
    let url = server.url("/feed.xml");
    let name = |name: &str| Some(name.to_owned());
    let (one, other) = tokio::join!(
        aniworld.add_source(&url, None, name(" One ")),
        aniworld.add_source(&url, None, name("Other"))
    );
    let (added, refused) = match (one, other) {
        (Ok(added), Err(refused)) | (Err(refused), Ok(added)) => (added, refused),
        both => panic!("{both:?}"),
    };
    assert_eq!(refused, SourceChangeError::Exists { name: added.name });
    assert_eq!(aniworld.store.source_views().unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_not_kept() {
    let (_folder, server, aniworld) = stage().await;
    let url = server.url("/feed.xml");
    let wrong_kind = aniworld.add_source(&url, Some(SourceKind::Directory), None).await;
    assert!(
        matches!(wrong_kind, Err(SourceChangeError::Source(_))),
        "{wrong_kind:?}"
    );
    server.now(Fault::WebPage);
    let page = aniworld.add_source(&url, None, None).await;
    assert!(matches!(page, Err(SourceChangeError::Source(_))), "{page:?}");
    let no_url = aniworld.add_source("night trains", None, None).await;
    assert!(
        matches!(no_url, Err(SourceChangeError::Source(SourceError::InvalidUrl(_)))),
        "{no_url:?}"
    );
    assert!(aniworld.store.source_views().unwrap().is_empty());
    assert!(series(&aniworld).is_empty());
}

#[tokio::test]
async fn a_source_that_fails_keeps_what_it_offered() {
    let (_folder, server, aniworld) = stage().await;
    let source = aniworld
        .add_source(&server.url("/feed.xml"), None, None)
        .await
        .unwrap();
    server.now(Fault::Status(404));
    let failed = aniworld.refresh_source(source.id).await;
    assert!(matches!(failed, Err(SourceChangeError::Source(_))), "{failed:?}");
    assert_eq!(series(&aniworld)[0].missing, 2);
    assert!(aniworld.store.source_views().unwrap()[0].error.is_some());
    server.now(Fault::None);
    aniworld.refresh_source(source.id).await.unwrap();
    assert_eq!(aniworld.store.source_views().unwrap()[0].error, None);
    let nobody = SourceId(77);
    assert_eq!(
        aniworld.refresh_source(nobody).await,
        Err(SourceChangeError::Unknown(77))
    );
    assert_eq!(
        aniworld.remove_source(nobody).await,
        Err(SourceChangeError::Unknown(77))
    );
}

#[tokio::test]
async fn removing_a_source_keeps_files_and_jobs() {
    let (folder, server, aniworld) = stage().await;
    let source = aniworld
        .add_source(&server.url("/feed.xml"), None, None)
        .await
        .unwrap();
    let episode = media::matroska(1, 2_000);
    server.serve(ServedFile::new(episode.clone()));
    let first = aniworld.store.resolve_selection("Night Trains S01E01").unwrap();
    aniworld.downloads.add(first).await.unwrap();
    aniworld.downloads.idle().await;
    aniworld.downloads.pause_all().await.unwrap();
    aniworld.downloads.add(Selection::All).await.unwrap();
    aniworld.remove_source(source.id).await.unwrap();
    let file = folder
        .path()
        .join("library/Night Trains/Season 01/Night Trains - S01E01 - Part 1.mkv");
    assert_eq!(fs::read(&file).unwrap(), episode);
    let left = series(&aniworld);
    assert_eq!(
        (left[0].have, left[0].missing),
        (1, 0),
        "what only it offered is forgotten"
    );
    // a job knows its address
    aniworld.downloads.resume_all().await.unwrap();
    aniworld.downloads.idle().await;
    assert_eq!(aniworld.downloads.status().completed, 2);
    assert_eq!(series(&aniworld)[0].have, 2);
    aniworld.shutdown().await;
}
