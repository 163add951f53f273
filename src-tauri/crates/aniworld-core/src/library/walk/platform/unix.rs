//! Links that go in circles, and names that are not UTF-8.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use tokio_util::sync::CancellationToken;

use crate::library::walk::walk;

#[test]
fn links_to_folders_are_not_followed_and_links_to_videos_count() {
    let dir = tempfile::tempdir().unwrap();
    let series = dir.path().join("A");
    fs::create_dir(&series).unwrap();
    fs::write(dir.path().join("elsewhere.bin"), "").unwrap();
    symlink(dir.path(), series.join("loop")).unwrap();
    symlink(dir.path(), series.join("A - S01E03.mkv")).unwrap();
    symlink(dir.path().join("elsewhere.bin"), series.join("A - S01E01.mkv")).unwrap();
    symlink(dir.path().join("nowhere"), series.join("A - S01E02.mkv")).unwrap();
    let report = walk(dir.path(), &CancellationToken::new(), &|_| {}).unwrap();
    let found: Vec<_> = report.files.iter().map(|file| file.relative.as_str()).collect();
    assert_eq!(found, ["A/A - S01E01.mkv"]);
    assert_eq!(report.dirs, 2);
}

#[test]
fn a_library_behind_a_link_is_walked() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("real/A")).unwrap();
    fs::write(dir.path().join("real/A/A - S01E01.mkv"), "").unwrap();
    let link = dir.path().join("link");
    symlink(dir.path().join("real"), &link).unwrap();
    let report = walk(&link, &CancellationToken::new(), &|_| {}).unwrap();
    assert_eq!(report.files.len(), 1);
}

#[test]
fn a_name_that_is_not_utf_8_is_unsure() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(OsStr::from_bytes(b"A - S01E01 \xff.mkv")), "").unwrap();
    let report = walk(dir.path(), &CancellationToken::new(), &|_| {}).unwrap();
    assert!(report.files.is_empty());
    assert_eq!(report.unsure, ["A - S01E01 \u{fffd}.mkv"]);
}
