//! Walks over real folders.

use std::fs;
use std::sync::Mutex;

use tempfile::TempDir;

use super::*;
use crate::library::LibraryFile;

fn tree(files: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in files {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    dir
}

fn walked(dir: &TempDir) -> WalkReport {
    walk(dir.path(), &CancellationToken::new(), &|_| {}).unwrap()
}

fn relatives(files: &[LibraryFile]) -> Vec<&str> {
    files.iter().map(|file| file.relative.as_str()).collect()
}

#[test]
fn episodes_unsure_files_and_empty_series_are_reported() {
    let dir = tree(&[
        "Night Trains/Season 01/Night Trains - S01E02 - Departure.mkv",
        "Night Trains/Season 01/Night Trains - S01E01.mkv",
        "Night Trains/Season 01/Night Trains - S01E01.srt",
        "Night Trains/Season 01/.Night Trains - S01E03.mkv.part",
        "Night Trains/Season 01/mystery.mkv",
        "Night Trains/Extras/Night Trains - S01E09.mkv",
        ".trash/Old/Season 01/Old - S01E01.mkv",
    ]);
    fs::create_dir(dir.path().join("Harbour")).unwrap();
    let report = walked(&dir);
    assert_eq!(
        relatives(&report.files),
        [
            "Night Trains/Season 01/Night Trains - S01E01.mkv",
            "Night Trains/Season 01/Night Trains - S01E02 - Departure.mkv",
        ]
    );
    assert_eq!(report.serie_folders, ["Harbour", "Night Trains"]);
    assert_eq!(report.unsure, ["Night Trains/Season 01/mystery.mkv"]);
    assert_eq!((report.files_seen, report.dirs), (3, 4));
    assert!(report.unreadable.is_empty());
}

#[test]
fn an_empty_folder_is_an_empty_library() {
    let dir = tempfile::tempdir().unwrap();
    let report = walked(&dir);
    assert_eq!((report.files.len(), report.dirs), (0, 1));
}

#[test]
fn a_missing_folder_is_unreachable() {
    let dir = tempfile::tempdir().unwrap();
    let gone = dir.path().join("gone");
    let walked = walk(&gone, &CancellationToken::new(), &|_| {});
    assert!(
        matches!(walked, Err(ScanFailure::Unreachable { .. })),
        "{walked:?}"
    );
}

#[test]
fn a_folder_that_vanishes_in_the_middle_is_unreachable() {
    let dir = tree(&["A/Season 01/A - S01E01.mkv", "B/Season 01/B - S01E01.mkv"]);
    let moved = tempfile::tempdir().unwrap();
    let once = Mutex::new(Some(moved.path().join("away")));
    let walked = walk(dir.path(), &CancellationToken::new(), &|_| {
        if let Some(away) = once.lock().unwrap().take() {
            fs::rename(dir.path(), away).unwrap();
        }
    });
    assert!(
        matches!(walked, Err(ScanFailure::Unreachable { .. })),
        "{walked:?}"
    );
}

#[test]
fn cancelling_takes_effect_at_the_next_directory() {
    let dir = tree(&["A/Season 01/A - S01E01.mkv", "B/Season 01/B - S01E01.mkv"]);
    let cancel = CancellationToken::new();
    let seen = Mutex::new(0);
    let walked = walk(dir.path(), &cancel, &|_| {
        *seen.lock().unwrap() += 1;
        cancel.cancel();
    });
    assert_eq!(walked, Err(ScanFailure::Cancelled));
    // the other thread may be inside its directory already
    assert!(*seen.lock().unwrap() <= 2);
}

#[test]
fn progress_counts_up_to_the_report() {
    let dir = tree(&["A/Season 01/A - S01E01.mkv", "B/Season 01/B - S01E01.mkv"]);
    let steps = Mutex::new(Vec::new());
    let report = walk(dir.path(), &CancellationToken::new(), &|step| {
        steps.lock().unwrap().push(step);
    })
    .unwrap();
    let steps = steps.into_inner().unwrap();
    assert_eq!(steps.len() as u64, report.dirs);
    assert_eq!(steps.iter().map(|step| step.dirs_done).max(), Some(5));
    assert!(steps.iter().all(|step| step.dirs_done <= step.dirs_known));
}
