//! What a power cut may do and what it may not.

use std::collections::BTreeSet;

use super::{Disk, FOLDER, Path, SimulatedDisk, disk, path, safe_file, sync};
use crate::disk::Survival;

const EVERY: u64 = 400;

fn all() -> impl Iterator<Item = Survival> {
    Survival::one_of_each(0)
        .into_iter()
        .chain((1..EVERY).map(Survival::Random))
}

fn after(disk: &SimulatedDisk, name: &str) -> BTreeSet<Option<Vec<u8>>> {
    all()
        .map(|survival| disk.reboot(survival).contents(&path(name)))
        .collect()
}

fn texts<const N: usize>(texts: [Option<&[u8]>; N]) -> BTreeSet<Option<Vec<u8>>> {
    texts.into_iter().map(|text| text.map(<[u8]>::to_vec)).collect()
}

#[test]
fn what_was_synced_stays_whatever_happens() {
    let disk = disk();
    let file = disk.open_part(&path("a")).unwrap();
    file.write_all_at(b"first", 0).unwrap();
    file.sync_data().unwrap();
    sync(&disk);
    assert_eq!(after(&disk, "a"), texts([Some(b"first")]));
    file.write_all_at(b"THE", 0).unwrap();
    assert_eq!(after(&disk, "a"), texts([Some(b"first"), Some(b"THEst")]));
}

#[test]
fn syncing_a_file_does_not_save_its_name_nor_the_name_its_bytes() {
    let disk = disk();
    let file = disk.open_part(&path("a")).unwrap();
    file.write_all_at(b"first", 0).unwrap();
    file.sync_data().unwrap();
    assert_eq!(after(&disk, "a"), texts([None, Some(b"first")]));
    let file = disk.open_part(&path("b")).unwrap();
    sync(&disk);
    file.write_all_at(b"first", 0).unwrap();
    assert_eq!(disk.reboot(Survival::Nothing).contents(&path("b")).unwrap(), b"");
    let rubbish = disk
        .reboot(Survival::OnlyNamesAndLengths)
        .contents(&path("b"))
        .unwrap();
    assert!(rubbish.len() == 5 && rubbish != b"first", "{rubbish:?}");
}

#[test]
fn a_write_tears_at_sectors_and_never_within_one() {
    let disk = disk();
    let file = safe_file(&disk, "a", &[0; 16 << 10]);
    file.write_all_at(&[1; 10_000], 300).unwrap();
    let mut torn = 0;
    for found in after(&disk, "a").into_iter().flatten() {
        assert_eq!(found.len(), 16 << 10);
        for sector in found.chunks(512) {
            let new: usize = sector.iter().copied().map(usize::from).sum();
            // the first and the last are written in part, 300 into it and up to 10,300
            assert!([0, 212, 512, 60].contains(&new), "{new} of a sector");
        }
        let new: usize = found.iter().copied().map(usize::from).sum();
        torn += usize::from(new != 0 && new != 10_000);
    }
    assert!(torn > 50, "only {torn} torn");
}

#[test]
fn writes_are_independent_and_a_later_one_stands_above() {
    let disk = disk();
    let file = safe_file(&disk, "a", &[b'-'; 2048]);
    file.write_all_at(&[b'1'; 512], 0).unwrap();
    file.write_all_at(&[b'2'; 512], 1024).unwrap();
    file.write_all_at(&[b'3'; 512], 0).unwrap();
    let seen: BTreeSet<String> = after(&disk, "a")
        .into_iter()
        .flatten()
        .map(|found| String::from_utf8(vec![found[0], found[1024]]).unwrap())
        .collect();
    let expected = ["--", "-2", "1-", "12", "3-", "32"].map(str::to_owned);
    assert_eq!(seen, BTreeSet::from(expected));
}

#[test]
fn lengths_survive_or_vanish_by_themselves() {
    let disk = disk();
    let file = safe_file(&disk, "a", b"0123456789");
    file.reserve(20).unwrap();
    file.set_len(4).unwrap();
    let lengths: BTreeSet<usize> = after(&disk, "a")
        .into_iter()
        .flatten()
        .map(|found| found.len())
        .collect();
    assert_eq!(lengths, BTreeSet::from([4, 10, 20]));
    file.sync_data().unwrap();
    assert_eq!(after(&disk, "a"), texts([Some(b"0123")]));
}

#[test]
fn a_move_may_be_undone_until_its_folder_is_synced_and_is_never_half_done() {
    let disk = disk();
    disk.put(&path("part"), b"film");
    disk.rename_new(&path("part"), &path("film")).unwrap();
    let seen: BTreeSet<_> = all().map(|survival| disk.reboot(survival).names()).collect();
    assert_eq!(seen, BTreeSet::from([vec![path("part")], vec![path("film")]]));
    sync(&disk);
    assert_eq!(after(&disk, "film"), texts([Some(b"film")]));
    assert_eq!(after(&disk, "part"), texts([None]));
}

#[test]
fn a_removed_file_may_come_back_until_its_folder_is_synced() {
    let disk = disk();
    disk.put(&path("a"), b"old");
    assert!(disk.remove(&path("a")).unwrap());
    assert_eq!(after(&disk, "a"), texts([None, Some(b"old")]));
    sync(&disk);
    assert_eq!(after(&disk, "a"), texts([None]));
}

#[test]
fn changes_of_one_name_keep_their_order_and_others_do_not_wait() {
    let disk = disk();
    disk.put(&path("a"), b"old");
    disk.remove(&path("a")).unwrap();
    drop(disk.open_part(&path("a")).unwrap());
    drop(disk.open_part(&path("b")).unwrap());
    let seen: BTreeSet<_> = all()
        .map(|survival| {
            let disk = disk.reboot(survival);
            (disk.contents(&path("a")), disk.contents(&path("b")).is_some())
        })
        .collect();
    let a = [None, Some(Vec::new()), Some(b"old".to_vec())];
    let both = a.iter().flat_map(|a| [(a.clone(), false), (a.clone(), true)]);
    assert_eq!(seen, both.collect());
}

#[test]
fn syncing_one_folder_leaves_others_alone_but_takes_what_it_builds_on() {
    let disk = disk();
    let other = Path::new("/other");
    disk.put(&other.join("x"), b"x");
    disk.rename_new(&other.join("x"), &path("x")).unwrap();
    drop(disk.open_part(&other.join("y")).unwrap());
    disk.rename_new(&path("x"), &path("z")).unwrap();
    sync(&disk);
    let left = disk.reboot(Survival::Nothing).names();
    assert_eq!(left, [path("z")], "y is of the other folder, and x has moved");
}

#[test]
fn a_replaced_text_is_the_old_or_the_new_one_and_its_last_form_when_synced() {
    let disk = disk();
    disk.put(&path("a"), b"old");
    let before = disk.count();
    disk.replace(&path("a"), b"new text").unwrap();
    assert_eq!(disk.count() - before, 3);
    assert_eq!(after(&disk, "a"), texts([Some(b"old"), Some(b"new text")]));
    sync(&disk);
    assert_eq!(after(&disk, "a"), texts([Some(b"new text")]));
    assert_eq!(disk.names(), [path("a")]);
}

#[test]
fn power_that_fails_while_a_text_is_replaced_leaves_it_whole() {
    for call in 0..3 {
        let disk = disk();
        disk.put(&path("a"), b"old");
        disk.crash_at(call);
        disk.replace(&path("a"), b"new text").unwrap_err();
        let seen = after(&disk, "a");
        let may_be_new = texts([Some(b"old"), Some(b"new text")]);
        assert!(seen.is_subset(&may_be_new), "call {call}: {seen:?}");
        assert_eq!(seen == may_be_new, call == 2, "only the move shows the new text");
        let litter = after(&disk, "a~").iter().any(Option::is_some);
        assert!(litter, "call {call}: the second file can stay");
    }
}

#[test]
fn the_call_in_which_power_fails_may_have_happened_but_a_sync_has_not() {
    let disk = disk();
    let file = safe_file(&disk, "a", b"old");
    file.write_all_at(b"new", 0).unwrap();
    disk.crash_at(disk.count());
    file.sync_data().unwrap_err();
    assert!(disk.crashed());
    assert_eq!(after(&disk, "a"), texts([Some(b"old"), Some(b"new")]));
    file.write_all_at(b"abc", 0).unwrap_err();
    disk.sync_folder(Path::new(FOLDER)).unwrap_err();
    assert_eq!(after(&disk, "a"), texts([Some(b"old"), Some(b"new")]));
}

#[test]
fn the_same_seed_gives_the_same_disk_and_a_started_disk_works() {
    let disk = disk();
    let file = safe_file(&disk, "a", &vec![0; 40_000]);
    file.write_all_at(&vec![7; 40_000], 0).unwrap();
    let once = disk.reboot(Survival::Random(5));
    let again = disk.reboot(Survival::Random(5));
    assert_eq!(once.contents(&path("a")), again.contents(&path("a")));
    assert_eq!(once.count(), 0);
    let file = once.open_part(&path("a")).unwrap();
    file.write_all_at(b"on", 0).unwrap();
    assert_eq!(&once.contents(&path("a")).unwrap()[..2], b"on");
}
