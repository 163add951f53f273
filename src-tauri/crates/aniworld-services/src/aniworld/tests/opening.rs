//! Opening: the lock, the database, the settings; and closing, so that the next one may.

use rusqlite::Connection;

use super::*;
use crate::downloads::PARALLEL_DEFAULT;
use crate::settings::{SETTINGS_FILE, Theme};
use crate::store::DATABASE_FILE;

#[tokio::test]
async fn a_second_one_hears_who_the_first_is_and_may_open_after_it() {
    let (folder, first) = fresh().await;
    let second = || {
        let holder = "the second program".to_owned();
        Aniworld::open(OpenOptions {
            holder,
            ..options(folder.path())
        })
    };
    let refused = second().await.unwrap_err();
    let locked = OpenError::Locked {
        data_dir: folder.path().join("data"),
        holder: "the first program".to_owned(),
        pid: std::process::id(),
    };
    assert_eq!(refused, locked);
    let sentence = refused.to_string();
    assert!(sentence.contains("the first program") && sentence.contains(&std::process::id().to_string()));
    first.shutdown().await;
    assert_eq!(second().await.unwrap_err(), locked, "closed, and not yet gone");
    drop(first);
    second().await.unwrap();
}

#[tokio::test]
async fn a_refused_folder_is_free_again() {
    let (folder, first) = fresh().await;
    first.shutdown().await;
    drop(first);
    let database = folder.path().join("data").join(DATABASE_FILE);
    let newer = Connection::open(&database).unwrap();
    let ours: u32 = newer
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    newer.pragma_update(None, "user_version", 999).unwrap();
    // one file and no log: possible once the tasks of the first have ended and with them their connections
    let one_file = |connection: &Connection| {
        let mode = connection.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get(0));
        mode.is_ok_and(|mode: String| mode == "delete")
    };
    while !one_file(&newer) {
        tokio::task::yield_now().await;
    }
    newer.close().unwrap();
    let before = contents(&folder.path().join("data"));
    for _ in 0..2 {
        let refused = Aniworld::open(options(folder.path())).await.unwrap_err();
        assert!(
            matches!(&refused, OpenError::Store(StoreOpenError::Newer { found: 999, path, .. }) if *path == database),
            "{refused:?}"
        );
        assert!(contents(&folder.path().join("data")) == before, "left untouched");
    }
    let older = Connection::open(&database).unwrap();
    older.pragma_update(None, "user_version", ours).unwrap();
    older.close().unwrap();
    open(folder.path()).await;
}

#[tokio::test]
async fn a_database_that_is_none_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::write(
        data.join(DATABASE_FILE),
        "a letter to my aunt, kept here by mistake",
    )
    .unwrap();
    let refused = Aniworld::open(options(folder.path())).await.unwrap_err();
    assert!(
        matches!(refused, OpenError::Store(StoreOpenError::Broken { .. })),
        "{refused:?}"
    );
    assert_eq!(
        fs::read(data.join(DATABASE_FILE)).unwrap(),
        b"a letter to my aunt, kept here by mistake"
    );
}

#[tokio::test]
async fn a_file_in_the_place_of_the_data_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::write(&data, "mine").unwrap();
    let refused = Aniworld::open(options(folder.path())).await.unwrap_err();
    assert!(matches!(refused, OpenError::Folder { data_dir, .. } if data_dir == data));
    assert_eq!(fs::read(data).unwrap(), b"mine");
}

#[tokio::test]
async fn a_bad_setting_is_named_and_the_others_survive() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir(&config).unwrap();
    let text = "parallel_downloads = \"many\"\ntheme = \"dark\"\n";
    fs::write(config.join(SETTINGS_FILE), text).unwrap();
    let aniworld = open(folder.path()).await;
    assert!(
        matches!(
            aniworld.settings_faults(),
            [SettingsError::Invalid {
                field: "parallel_downloads",
                ..
            }]
        ),
        "{:?}",
        aniworld.settings_faults()
    );
    let settings = aniworld.settings();
    assert_eq!(
        (settings.parallel_downloads, settings.theme),
        (PARALLEL_DEFAULT, Theme::Dark)
    );
    assert_eq!(fs::read_to_string(config.join(SETTINGS_FILE)).unwrap(), text);
}

#[tokio::test]
async fn changed_settings_are_in_force_and_kept() {
    let (folder, aniworld) = fresh().await;
    let patch = SettingsPatch {
        parallel_downloads: Some(7),
        ..SettingsPatch::default()
    };
    assert_eq!(
        aniworld.update_settings(patch).await.unwrap().parallel_downloads,
        7
    );
    let refused = SettingsPatch {
        parallel_downloads: Some(17),
        theme: Some(Theme::Dark),
        ..SettingsPatch::default()
    };
    assert!(matches!(
        aniworld.update_settings(refused).await,
        Err(SettingsError::Invalid { .. })
    ));
    let in_force = aniworld.settings();
    assert_eq!((in_force.parallel_downloads, in_force.theme), (7, Theme::System));
    drop(aniworld);
    assert_eq!(open(folder.path()).await.settings(), in_force);
}
