//! A part file whose disk loses power: an old journal never vouches for new bytes.

use super::*;
use crate::disk::{Lasts, SimulatedDisk, Survival};

const TARGET: &str = "/films/a.mkv";

fn open(disk: &SimulatedDisk) -> Part {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    Part::open(&disk, Path::new(TARGET)).unwrap()
}

/// A disk with five safe bytes of nine, and a journal that vouches for them.
fn with_five_bytes() -> SimulatedDisk {
    let disk = SimulatedDisk::new(Path::new("/films"));
    let mut part = open(&disk);
    part.restart(journal(), false).unwrap();
    part.write(0, b"aaaaa").unwrap();
    part.keep().unwrap();
    disk.reboot(Survival::Nothing)
}

fn all() -> impl Iterator<Item = Survival> {
    let random = (1..200).map(Survival::Random);
    Survival::one_of_each(0).into_iter().chain(random)
}

#[test]
fn what_is_kept_survives() {
    let part = open(&with_five_bytes());
    assert_eq!((part.done().bytes(), part.inherited()), (5, 5));
}

#[test]
fn no_crash_of_a_new_beginning_pairs_the_old_journal_with_the_new_bytes() {
    // each call of the beginning is the last one once; more calls than it has are a crash after it
    for call in 0..12 {
        let start = with_five_bytes();
        let disk = start.reboot(Survival::Everything);
        disk.crash_at(call);
        let before: Arc<dyn Disk> = Arc::new(disk.clone());
        if let Ok(mut part) = Part::open(&before, Path::new(TARGET))
            && part.restart(journal(), false).is_ok()
        {
            let _written = part.write(0, b"bbbbbb");
        }
        disk.crash();
        for survival in all() {
            let left = disk.reboot(survival);
            let vouched = open(&left).done().bytes();
            let bytes = left.contents(&part_path(Path::new(TARGET))).unwrap_or_default();
            let story = format!("call {call}, {survival:?}: {vouched} of {bytes:?}");
            let vouched = &bytes[..usize::try_from(vouched).unwrap()];
            assert!(
                b"aaaaa".starts_with(vouched) || b"bbbbbb".starts_with(vouched),
                "{story}"
            );
        }
    }
}

#[test]
fn a_journal_whose_removal_cannot_be_made_safe_stops_a_new_beginning() {
    let disk = with_five_bytes();
    let mut part = open(&disk);
    // open, len and read of the journal are behind it: it is removed, and its folder synced
    disk.fail_at(disk.count() + 1, io::ErrorKind::Other, Lasts::Once);
    part.restart(journal(), false).unwrap_err();
    let left = disk.reboot(Survival::OnlyBytes);
    assert_eq!(left.contents(&part_path(Path::new(TARGET))).unwrap(), b"aaaaa");
    assert_eq!(open(&left).done().bytes(), 5);
}

#[test]
fn a_failed_flush_is_not_made_good_by_the_next_one() {
    let disk = with_five_bytes();
    let mut part = open(&disk);
    part.go_on(Some(9)).unwrap();
    part.write(5, b"bbbb").unwrap();
    disk.fail_at(disk.count(), io::ErrorKind::Other, Lasts::Once);
    part.save().unwrap_err();
    part.save().unwrap_err();
    part.publish().unwrap_err();
    let left = disk.reboot(Survival::Nothing);
    assert!(!left.names().contains(&TARGET.into()));
    assert_eq!(open(&left).done().bytes(), 5, "what was safe before still is");
}
