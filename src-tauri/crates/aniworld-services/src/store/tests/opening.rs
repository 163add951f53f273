//! Opening: what is ours is brought up to date, what is not stays untouched.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::super::open::{APPLICATION_ID, known_version};
use super::*;

/// Everything in a folder, to see that nothing changed.
fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect()
}

fn refused(dir: &Path) -> StoreOpenError {
    let before = contents(dir);
    let error = Store::open(dir).unwrap_err();
    assert_eq!(contents(dir), before, "a refused database is not touched");
    let reading = Store::open_read_only(dir).unwrap_err();
    assert_eq!(contents(dir), before);
    assert_eq!(error, reading);
    error
}

#[test]
fn what_is_stored_is_there_after_opening_again() {
    let (dir, store) = store();
    let (_, id) = four_of_six(&store);
    drop(store);
    let again = Store::open(dir.path()).unwrap();
    assert_eq!(only_series(&again).id, id);
    assert_eq!((only_series(&again).have, only_series(&again).missing), (4, 2));
}

#[test]
fn a_newer_database_is_refused_and_left_as_it_is() {
    let (dir, store) = store();
    drop(store);
    let newer = Connection::open(dir.path().join(DATABASE_FILE)).unwrap();
    newer
        .pragma_update(None, "user_version", known_version() + 1)
        .unwrap();
    newer.close().unwrap();
    assert!(matches!(
        refused(dir.path()),
        StoreOpenError::Newer { found, known, .. } if found == known + 1
    ));
}

#[test]
fn a_newer_version_is_seen_even_while_it_is_only_in_the_log() {
    let (dir, store) = store();
    let path = dir.path().join(DATABASE_FILE);
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    newer
        .pragma_update(None, "user_version", known_version() + 1)
        .unwrap();
    // both connections stay open: nothing was written back into the database itself
    assert!(matches!(
        Store::open(dir.path()),
        Err(StoreOpenError::Newer { .. })
    ));
    drop((store, newer));
}

#[test]
fn something_else_is_refused_and_left_as_it_is() {
    for foreign in [
        &b"this is no database, and it is long enough for a header"[..],
        &[0; 4096],
    ] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(DATABASE_FILE), foreign).unwrap();
        assert!(matches!(refused(dir.path()), StoreOpenError::Broken { .. }));
    }
}

#[test]
fn the_database_of_another_program_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let other = Connection::open(dir.path().join(DATABASE_FILE)).unwrap();
    other.execute_batch("CREATE TABLE theirs (a)").unwrap();
    other.close().unwrap();
    assert!(matches!(refused(dir.path()), StoreOpenError::Broken { .. }));
}

#[test]
fn a_damaged_database_is_refused() {
    let (dir, store) = store();
    drop(store);
    let path = dir.path().join(DATABASE_FILE);
    let mut bytes = fs::read(&path).unwrap();
    bytes[100..].fill(0xff);
    fs::write(&path, bytes).unwrap();
    assert!(matches!(
        Store::open(dir.path()),
        Err(StoreOpenError::Broken { .. })
    ));
}

#[test]
fn an_empty_file_is_a_new_database() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(DATABASE_FILE), "").unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.library().unwrap(), None);
}

#[test]
fn the_header_says_whose_it_is_and_how_old() {
    let (dir, store) = store();
    let header = fs::read(dir.path().join(DATABASE_FILE)).unwrap();
    let word = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
    assert_eq!((word(68), word(60)), (APPLICATION_ID, known_version()));
    drop(store);
}

#[test]
fn a_reader_sees_what_a_writer_commits_and_cannot_write() {
    let (dir, store) = store();
    let reader = Store::open_read_only(dir.path()).unwrap();
    four_of_six(&store);
    assert_eq!(only_series(&reader).have, 4);
    let refused = reader.set_root(Path::new("/elsewhere")).unwrap_err();
    assert!(refused.0.contains("for reading"), "{refused}");
}

#[test]
fn without_a_database_there_is_nothing_to_read() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        Store::open_read_only(dir.path()),
        Err(StoreOpenError::Io { .. })
    ));
    assert_eq!(contents(dir.path()), BTreeMap::new());
}
