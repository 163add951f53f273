//! Calls that fail, room that ends, and locks.

use std::io::ErrorKind;

use super::{Disk, SimulatedDisk, disk, path, safe_file, sync};
use crate::disk::{Call, Lasts, Operation, Survival};

fn everything(disk: &SimulatedDisk) -> Vec<ErrorKind> {
    let mut errors = Vec::new();
    let mut note = |result: std::io::Result<()>| errors.extend(result.err().map(|error| error.kind()));
    let file = disk.open_part(&path("a"));
    note(file.as_ref().map(drop).map_err(|error| error.kind().into()));
    if let Ok(file) = file {
        note(file.write_all_at(b"bytes", 0));
        note(file.read_at(&mut [0; 3], 0).map(drop));
        note(file.len().map(drop));
        note(file.set_len(4));
        note(file.reserve(9));
        note(file.sync_data());
    }
    note(disk.replace(&path("b"), b"text"));
    note(disk.read(&path("b"), 9).map(drop));
    note(disk.rename_new(&path("a"), &path("c")));
    note(disk.remove(&path("b")).map(drop));
    note(disk.sync_folder(std::path::Path::new(super::FOLDER)));
    errors
}

#[test]
fn every_call_can_fail_once_or_from_then_on() {
    let calls = {
        let disk = disk();
        assert_eq!(everything(&disk), []);
        disk.count()
    };
    for kind in [ErrorKind::StorageFull, ErrorKind::ReadOnlyFilesystem] {
        for call in 0..calls {
            let once = disk();
            once.fail_at(call, kind, Lasts::Once);
            let errors = everything(&once);
            assert_eq!(errors.first(), Some(&kind), "call {call}: {:?}", once.calls());
            let always = disk();
            always.fail_at(call, kind, Lasts::FromThenOn);
            let errors = everything(&always);
            assert!(
                errors.iter().all(|error| *error == kind),
                "call {call}: {errors:?}"
            );
            assert!(always.count() > call);
        }
    }
}

#[test]
fn calls_are_listed_with_place_and_length() {
    let disk = disk();
    let file = disk.open_part(&path("a")).unwrap();
    file.write_all_at(b"bytes", 7).unwrap();
    file.sync_data().unwrap();
    assert_eq!(
        disk.calls(),
        [
            Call::new(Operation::Open, &path("a"), 0, 0),
            Call::new(Operation::Write, &path("a"), 7, 5),
            Call::new(Operation::SyncData, &path("a"), 0, 0),
        ]
    );
}

#[test]
fn a_failed_write_has_written_its_first_half() {
    let disk = disk();
    let file = safe_file(&disk, "a", b"");
    disk.fail_at(disk.count(), ErrorKind::Other, Lasts::Once);
    file.write_all_at(b"abcdef", 0).unwrap_err();
    assert_eq!(disk.contents(&path("a")).unwrap(), b"abc");
    file.write_all_at(b"abcdef", 0).unwrap();
    assert_eq!(disk.contents(&path("a")).unwrap(), b"abcdef");
}

#[test]
fn a_failed_sync_loses_the_bytes_for_good_though_the_next_one_succeeds() {
    let disk = disk();
    let file = safe_file(&disk, "a", b"old");
    file.write_all_at(b"lost", 0).unwrap();
    disk.fail_at(disk.count(), ErrorKind::Other, Lasts::Once);
    file.sync_data().unwrap_err();
    file.write_all_at(b"kept", 4).unwrap();
    file.sync_data().unwrap();
    assert_eq!(disk.contents(&path("a")).unwrap(), b"lostkept");
    let after = disk.reboot(Survival::Everything).contents(&path("a")).unwrap();
    assert_eq!(after, b"old\0kept");
    file.write_all_at(b"back", 0).unwrap();
    file.sync_data().unwrap();
    let after = disk.reboot(Survival::Nothing).contents(&path("a")).unwrap();
    assert_eq!(after, b"backkept", "bytes that are written again are safe");
}

#[test]
fn a_full_disk_takes_what_finds_room_and_gives_it_back() {
    let disk = disk();
    disk.set_capacity(Some(16 << 10));
    let file = disk.open_part(&path("a")).unwrap();
    assert_eq!(file.reserve(20 << 10).unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(file.len().unwrap(), 0, "nothing was reserved");
    file.reserve(8 << 10).unwrap();
    let error = file.write_all_at(&vec![1; 20 << 10], 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    assert_eq!(file.len().unwrap(), 16 << 10);
    disk.replace(&path("b"), b"no room").unwrap_err();
    assert_eq!(disk.names(), [path("a")], "half a text does not stay");
    file.set_len(12 << 10).unwrap();
    disk.replace(&path("b"), b"room").unwrap();
    // a file that is open keeps its room without a name
    disk.remove(&path("a")).unwrap();
    disk.replace(&path("c"), b"no room").unwrap_err();
    drop(file);
    disk.replace(&path("c"), b"room").unwrap();
    assert_eq!(disk.contents(&path("c")).unwrap(), b"room");
}

#[test]
fn a_hole_takes_no_room_and_reserved_room_is_taken_once() {
    let disk = disk();
    disk.set_capacity(Some(8 << 10));
    let file = disk.open_part(&path("a")).unwrap();
    file.set_len(1 << 30).unwrap();
    file.write_all_at(b"x", (1 << 30) - 1).unwrap();
    file.set_len(0).unwrap();
    file.reserve(8 << 10).unwrap();
    file.reserve(4 << 10).unwrap();
    assert_eq!(file.len().unwrap(), 8 << 10, "reserving never shortens");
    file.write_all_at(&[1; 8 << 10], 0).unwrap();
}

#[test]
fn a_part_has_one_owner_until_it_is_closed_or_the_power_fails() {
    let disk = disk();
    let file = disk.open_part(&path("a")).unwrap();
    let refused = disk.clone().open_part(&path("a")).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::WouldBlock);
    sync(&disk);
    disk.crash();
    let started = disk.reboot(Survival::Nothing);
    let again = started.open_part(&path("a")).unwrap();
    drop(file);
    assert!(started.open_part(&path("a")).is_err(), "the old owner has no say");
    drop(again);
    started.open_part(&path("a")).unwrap();
}

#[test]
fn a_slow_disk_answers_the_same() {
    let disk = disk();
    disk.set_slow(true);
    assert_eq!(everything(&disk), []);
}
