//! The demo: a data folder of its own that leaves nothing behind.

use aniworld_core::source::demo::DemoPace;

use super::*;
use crate::data_dir::Folders;
use crate::downloads::Selection;
use crate::settings::SETTINGS_FILE;
use crate::store::SeriesFilter;

#[tokio::test]
async fn it_lives_in_a_temporary_folder_and_leaves_nothing() {
    let demo = Aniworld::open_demo_at(DemoPace::Fast, false).await.unwrap();
    let home = demo.data_dir().parent().unwrap().to_owned();
    assert!(home.starts_with(std::env::temp_dir()), "{}", home.display());
    let users = Folders::of_user().unwrap();
    assert!(!users.data.starts_with(&home) && !home.starts_with(&users.data));
    let library = demo.library_state().await.unwrap().unwrap().path;
    assert!(library.starts_with(&home));
    let patch = SettingsPatch {
        parallel_downloads: Some(2),
        ..SettingsPatch::default()
    };
    demo.update_settings(patch).await.unwrap();
    assert!(
        home.join("data").join(SETTINGS_FILE).exists(),
        "its settings are its own"
    );
    demo.shutdown().await;
    drop(demo);
    assert!(!home.exists());
}

#[tokio::test]
async fn two_demos_and_the_users_own_do_not_meet() {
    let (folder, own) = fresh().await;
    let one = Aniworld::open_demo_at(DemoPace::Fast, false).await.unwrap();
    let other = Aniworld::open_demo_at(DemoPace::Fast, false).await.unwrap();
    assert!(one.is_demo() && other.is_demo() && !own.is_demo());
    assert_ne!(one.data_dir(), other.data_dir());
    assert!(own.store.source_views().unwrap().is_empty());
    assert_eq!(own.library_state().await.unwrap(), None);
    assert_eq!(fs::read_dir(folder.path().join("library")).unwrap().count(), 0);
}

#[tokio::test]
async fn it_completes_its_library_like_any_other() {
    let demo = Aniworld::open_demo_at(DemoPace::Fast, true).await.unwrap();
    let found = demo.rescan().await.unwrap();
    assert_eq!(found.series, 3);
    assert!(found.episodes > 0 && found.missing > 0, "{found:?}");
    let added = demo.downloads.add(Selection::All).await.unwrap();
    assert_eq!(u64::from(added.added), found.missing);
    demo.downloads.idle().await;
    assert_eq!(demo.downloads.status().completed, added.added);
    let page = demo.store.series("", SeriesFilter::All, 0, 10).unwrap();
    assert_eq!((page.incomplete, page.missing_episodes), (0, 0));
    // the files are the truth: a scan finds the same
    let scanned = demo.rescan().await.unwrap();
    assert_eq!(
        (scanned.missing, scanned.episodes),
        (0, found.episodes + found.missing)
    );
    demo.shutdown().await;
}
