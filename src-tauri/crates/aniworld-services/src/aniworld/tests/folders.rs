//! The library folder as users choose it.

use super::*;
use aniworld_core::app::ScanFailure;

#[tokio::test]
async fn before_a_folder_is_chosen_there_is_none_to_scan() {
    let (_folder, aniworld) = fresh().await;
    assert_eq!(aniworld.library_state().await.unwrap(), None);
    assert_eq!(aniworld.rescan().await, Err(ScanFailure::NoLibrary));
}

#[tokio::test]
async fn a_folder_is_taken_and_nothing_is_left_in_it() {
    let (folder, aniworld) = fresh().await;
    let library = folder.path().join("library");
    aniworld.set_library(library.clone()).await.unwrap();
    assert_eq!(fs::read_dir(&library).unwrap().count(), 0);
    let state = aniworld.library_state().await.unwrap().unwrap();
    assert_eq!(
        (&state.path, state.reachable, state.last_scan_at),
        (&library, true, None)
    );
    assert!(state.free_bytes.is_none_or(|free| free > 0));
    // a fresh empty folder is a valid library
    aniworld.rescan().await.unwrap();
    let state = aniworld.library_state().await.unwrap().unwrap();
    assert!(state.last_scan_at.is_some());
    drop(aniworld);
    let again = open(folder.path()).await.library_state().await.unwrap().unwrap();
    assert_eq!((again.path, again.last_scan_at), (library, state.last_scan_at));
}

#[tokio::test]
async fn what_is_no_folder_is_refused_and_the_old_one_stays() {
    let (folder, aniworld) = fresh().await;
    let library = folder.path().join("library");
    aniworld.set_library(library.clone()).await.unwrap();
    let nothing = folder.path().join("nothing");
    assert_eq!(
        aniworld.set_library(nothing.clone()).await,
        Err(LibraryError::Missing(nothing.clone()))
    );
    assert!(!nothing.exists(), "it is never made");
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    assert_eq!(
        aniworld.set_library(file.clone()).await,
        Err(LibraryError::NotAFolder(file.clone()))
    );
    let below = file.join("library");
    assert!(matches!(
        aniworld.set_library(below).await,
        Err(LibraryError::Unreadable { .. } | LibraryError::Missing(_))
    ));
    assert_eq!(fs::read(file).unwrap(), b"mine");
    assert_eq!(aniworld.library_state().await.unwrap().unwrap().path, library);
}

#[tokio::test]
async fn a_folder_that_held_episodes_and_is_gone_is_unreachable() {
    let (folder, aniworld) = fresh().await;
    let library = folder.path().join("library");
    fs::create_dir(library.join("Night Trains")).unwrap();
    fs::write(library.join("Night Trains/Night Trains - S01E01.mkv"), "film").unwrap();
    aniworld.set_library(library.clone()).await.unwrap();
    assert_eq!(aniworld.rescan().await.unwrap().episodes, 1);
    let elsewhere = folder.path().join("unplugged");
    fs::rename(&library, &elsewhere).unwrap();
    for is_empty_mount_point in [false, true] {
        if is_empty_mount_point {
            fs::create_dir(&library).unwrap();
        }
        let state = aniworld.library_state().await.unwrap().unwrap();
        assert_eq!((state.reachable, state.free_bytes), (false, None));
        let unreachable = ScanFailure::Unreachable {
            path: library.clone(),
            known_files: 1,
        };
        assert_eq!(aniworld.rescan().await, Err(unreachable));
    }
    fs::remove_dir(&library).unwrap();
    fs::rename(&elsewhere, &library).unwrap();
    assert_eq!(
        aniworld.rescan().await.unwrap().episodes,
        1,
        "nothing was forgotten"
    );
}
