//! Settings of transfers: in force from the start, and changed while a download runs.

use aniworld_testkit::media;
use tokio::sync::watch;

use super::sources::stage;
use super::*;
use crate::downloads::Selection;
use crate::progress::ProgressEvent;
use crate::settings::TransferPatch;
use aniworld_testkit::fault::ServedFile;

fn change(transfers: TransferPatch) -> SettingsPatch {
    SettingsPatch {
        transfers,
        ..SettingsPatch::default()
    }
}

/// Remembers whether a download said that its speed limit holds it.
fn held(aniworld: &Aniworld) -> watch::Receiver<bool> {
    let (told, heard) = watch::channel(false);
    aniworld
        .progress
        .subscribe("progress_updated", move |event: ProgressEvent| {
            let by = event.progress.metadata.get(keys::LIMITED_BY).cloned();
            if by == Some(keys::LIMITED_BY_SPEED_LIMIT.into()) {
                told.send_replace(true);
            }
            async {}
        });
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_holds_a_running_download_until_it_is_lifted() {
    let (folder, server, aniworld) = stage().await;
    aniworld
        .add_source(&server.url("/feed.xml"), None, None)
        .await
        .unwrap();
    let episode = media::matroska(1, 400_000);
    server.serve(ServedFile::new(episode.clone()));
    // at this pace it would take more than an hour
    let slow = change(TransferPatch {
        speed_limit: Some(100),
        ..TransferPatch::default()
    });
    aniworld.update_settings(slow).await.unwrap();
    let mut held = held(&aniworld);
    let first = aniworld.store.resolve_selection("Night Trains S01E01").unwrap();
    aniworld.downloads.add(first).await.unwrap();
    held.wait_for(|held| *held).await.unwrap();
    let off = change(TransferPatch {
        limit_speed: Some(false),
        ..TransferPatch::default()
    });
    aniworld.update_settings(off).await.unwrap();
    aniworld.downloads.idle().await;
    let file = folder
        .path()
        .join("library/Night Trains/Season 01/Night Trains - S01E01 - Part 1.mkv");
    assert_eq!(fs::read(file).unwrap(), episode);
    aniworld.shutdown().await;
}

#[tokio::test]
async fn what_the_file_says_is_in_force_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("config")).unwrap();
    let text = "speed_limit = 5000\nspeed_limit_per_host = 3000\n";
    fs::write(folder.path().join("config/settings.toml"), text).unwrap();
    let aniworld = open(folder.path()).await;
    let limits = aniworld.engine.limits();
    assert_eq!(limits.global().map(u64::from), Some(5_000));
    assert_eq!(limits.per_host().map(u64::from), Some(3_000));
    let lifted = change(TransferPatch {
        speed_limit: Some(0),
        speed_limit_per_host: Some(0),
        ..TransferPatch::default()
    });
    aniworld.update_settings(lifted).await.unwrap();
    assert_eq!((limits.global(), limits.per_host()), (None, None));
    aniworld.shutdown().await;
}

#[tokio::test]
async fn a_new_proxy_is_asked_for_documents_and_for_files() {
    let (_folder, server, aniworld) = stage().await;
    let upstream = server.url("").trim_start_matches("http://").parse().unwrap();
    let proxy = aniworld_testkit::proxy::ProxyServer::start(upstream, None).unwrap();
    let chosen = change(TransferPatch {
        proxy: Some(proxy.url("socks5h", "")),
        ..TransferPatch::default()
    });
    aniworld.update_settings(chosen).await.unwrap();
    let url = "http://library.example/feed.xml";
    aniworld.add_source(url, None, None).await.unwrap();
    let documents = proxy.passed().len();
    assert!(documents > 0);
    server.serve(ServedFile::new(media::matroska(2, 10_000)));
    aniworld.downloads.add(Selection::All).await.unwrap();
    aniworld.downloads.idle().await;
    assert_eq!(aniworld.downloads.status().completed, 2);
    assert!(proxy.passed().len() > documents);
    assert!(
        proxy
            .passed()
            .iter()
            .all(|passed| passed.target == "library.example:80")
    );
    aniworld.shutdown().await;
}
