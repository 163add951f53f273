//! The demo: its films, its server and its library.

use aniworld_transfer::check::{Verdict, check};

use super::*;
use crate::source::{
    AssetSize, Completeness, EpisodeKind, Net, SourceConfig, SourceId, SourceKind, open, probe,
};

fn missing() -> impl Iterator<Item = &'static films::Film> {
    films::ALL.iter().filter(|film| !film.in_library)
}

#[test]
fn three_at_once_can_be_watched_for_twenty_seconds() {
    let bytes: usize = missing().map(|film| film.bytes.len()).sum();
    let rate = DemoPace::Watch.bytes_per_second().unwrap();
    assert!(missing().count() >= 10);
    assert!(bytes / (3 * rate) >= 20, "{bytes} bytes at {rate} bytes/s");
}

#[test]
fn the_videos_stay_small() {
    let bytes: usize = films::ALL.iter().map(|film| film.bytes.len()).sum();
    assert!(bytes <= 400_000, "{bytes}");
}

/// The engine refuses to publish what is not whole.
#[test]
fn every_video_is_whole() {
    for film in &films::ALL {
        let verdict = check(film.bytes, film.bytes.len() as u64);
        assert!(
            matches!(verdict, Ok(Verdict::Whole { .. })),
            "{film:?}: {verdict:?}"
        );
    }
}

#[test]
fn the_seeded_library_holds_six_of_sixteen() {
    let dir = tempfile::tempdir().unwrap();
    seed_library(dir.path()).unwrap();
    let held = films::ALL
        .iter()
        .filter(|film| dir.path().join(film.path()).is_file())
        .count();
    assert_eq!((held, films::ALL.len()), (6, 16));
}

#[tokio::test]
async fn the_ordinary_source_reads_all_of_it() {
    let server = DemoServer::start(DemoPace::Fast).unwrap();
    let net = Net::new();
    let candidates = probe(&net, server.url().as_str()).await.unwrap();
    assert_eq!(candidates[0].kind, SourceKind::Directory);
    let config = SourceConfig {
        id: SourceId(1),
        kind: candidates[0].kind,
        name: "demo".to_owned(),
        url: candidates[0].url.clone(),
    };
    let listing = open(&config).list(&net).await.unwrap();
    let counts: Vec<_> = listing
        .series
        .iter()
        .map(|series| (series.title.as_str(), series.episodes.len()))
        .collect();
    assert_eq!(
        counts,
        [
            ("Moss and Moonlight Express", 4),
            ("Tea with the Weather", 4),
            ("The Lighthouse Repair Club", 8)
        ]
    );
    assert_eq!(listing.completeness, Completeness::Complete);
    let special = &listing.series[2].episodes[0];
    assert_eq!(
        (special.kind, special.title.as_deref()),
        (EpisodeKind::Special, Some("How to Paint a Stripe"))
    );
    for episode in listing.series.iter().flat_map(|series| &series.episodes) {
        let document = net.fetch(&episode.asset.url, "*/*", 1 << 20).await.unwrap();
        assert_eq!(episode.asset.size, AssetSize::Exact(document.bytes.len() as u64));
        assert!(document.content_type.unwrap().starts_with("video/"));
    }
}

#[tokio::test]
async fn a_dropped_server_no_longer_answers() {
    let server = DemoServer::start(DemoPace::Fast).unwrap();
    let url = server.url().clone();
    drop(server);
    assert!(Net::new().fetch(&url, "*/*", 1).await.is_err());
}
