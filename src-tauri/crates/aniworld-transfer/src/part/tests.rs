//! The part file on a real disk: resuming, locking, publishing, and what is left behind.

mod power;

use std::fs;

use super::*;
use crate::journal::Validator;

fn open(target: &Path) -> Result<Part, TransferError> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    Part::open(&disk, target)
}

fn kept(target: &Path) -> u64 {
    open(target).unwrap().done().bytes()
}

fn journal() -> Journal {
    Journal::new(
        "http://h/a".into(),
        Some(9),
        Some(Validator::Etag("\"a\"".into())),
    )
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_kept_is_taken_over_without_its_surplus() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.mkv");
    let mut part = open(&target).unwrap();
    part.restart(journal(), false).unwrap();
    part.write(0, b"0123").unwrap();
    part.keep().unwrap();
    assert_eq!(names(folder.path()), [".a.mkv.part", ".a.mkv.part.json"]);

    fs::write(part_path(&target), "0123torn").unwrap();
    let mut part = open(&target).unwrap();
    assert_eq!((part.done().bytes(), part.inherited()), (4, 4));
    part.go_on(Some(6)).unwrap();
    part.write(4, b"45").unwrap();
    assert_eq!(part.publish().unwrap(), 6);
    assert_eq!(fs::read_to_string(&target).unwrap(), "012345");
    assert_eq!(names(folder.path()), ["a.mkv"]);
}

#[test]
fn bytes_without_a_journal_do_not_count_and_a_short_file_counts_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.mkv");
    fs::write(part_path(&target), "unknown").unwrap();
    assert_eq!(kept(&target), 0);

    let mut longer = Journal::new("http://h/a".into(), None, None);
    longer.done.insert(0, 100);
    fs::write(Place::of(&target).journal, longer.text()).unwrap();
    assert_eq!(kept(&target), 7);
}

#[test]
fn a_dropped_part_can_be_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.mkv");
    let mut part = open(&target).unwrap();
    part.restart(journal(), false).unwrap();
    part.write(0, b"0123").unwrap();
    drop(part);
    assert_eq!(kept(&target), 4);
}

#[test]
fn only_one_transfer_writes_a_part() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.mkv");
    let part = open(&target).unwrap();
    let busy = TransferError::Busy {
        path: part_path(&target),
    };
    assert_eq!(open(&target).unwrap_err(), busy);
    assert_eq!(discard(&target).unwrap_err(), busy);
    part.discard().unwrap();
    assert!(open(&target).is_ok());
}

#[test]
fn publishing_overwrites_nothing_and_keeps_the_part() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.mkv");
    let mut part = open(&target).unwrap();
    part.restart(journal(), false).unwrap();
    part.write(0, b"new").unwrap();
    fs::write(&target, "old").unwrap();
    assert_eq!(
        part.publish().unwrap_err(),
        TransferError::Exists { path: target.clone() }
    );
    assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    assert_eq!(kept(&target), 3);
}

#[test]
fn a_discarded_part_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.mkv");
    fs::write(folder.path().join("b.mkv"), "mine").unwrap();
    let mut part = open(&target).unwrap();
    part.restart(journal(), false).unwrap();
    part.write(0, b"0123").unwrap();
    part.save().unwrap();
    part.discard().unwrap();
    assert_eq!(names(folder.path()), ["b.mkv"]);
    discard(&target).unwrap();
}

#[test]
fn a_new_beginning_removes_the_old_journal_before_new_bytes_come() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.mkv");
    let mut part = open(&target).unwrap();
    part.restart(journal(), false).unwrap();
    part.write(0, b"0123").unwrap();
    part.save().unwrap();
    part.restart(journal(), false).unwrap();
    assert!(!Place::of(&target).journal.exists());
    assert_eq!(fs::metadata(part_path(&target)).unwrap().len(), 0);
}
