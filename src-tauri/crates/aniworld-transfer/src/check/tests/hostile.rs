//! Files that are made to break the one who reads them: no panic, no endless walk, few reads.

use std::cell::Cell;
use std::io;

use aniworld_testkit::media::{fragmented_mp4, matroska, matroska_streamed, mp4, mpeg_ts};
use proptest::prelude::*;

use super::super::{ReadAt, check};
use super::word;

/// Counts what is read.
struct Counted<'bytes> {
    bytes: &'bytes [u8],
    reads: Cell<u64>,
}

impl ReadAt for Counted<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.reads.set(self.reads.get() + 1);
        self.bytes.read_at(buffer, offset)
    }
}

/// Checks a file and counts the reads.
fn reads(bytes: &[u8]) -> u64 {
    let file = Counted {
        bytes,
        reads: Cell::new(0),
    };
    drop(check(&file, bytes.len() as u64));
    file.reads.get()
}

/// A few reads per page of the file, whatever it holds: no walk goes over a place again and again.
fn is_bounded(bytes: &[u8]) -> bool {
    reads(bytes) <= 64 + bytes.len() as u64 / 128
}

#[test]
fn large_files_need_few_reads() {
    assert!(reads(&mp4(1, 20_000_000)) < 40);
    assert!(reads(&fragmented_mp4(1, 1_000)) < 2_100);
    assert!(reads(&matroska(1, 20_000_000)) < 1_300);
    // read in full, 94 KiB at a time
    assert!(reads(&mpeg_ts(1, 100_000)) < 210);
}

#[test]
fn small_boxes_are_read_by_the_page() {
    let mut file = mp4(1, 2_000);
    for _ in 0..100_000 {
        file.extend([0, 0, 0, 8]);
        file.extend(b"free");
    }
    assert_eq!(word(&file), "whole");
    assert!(reads(&file) < 250);
    let mut file = matroska_streamed(1, 2_000);
    file.extend([0xec, 0x80].repeat(400_000));
    assert_eq!(word(&file), "whole");
    assert!(reads(&file) < 250);
}

#[test]
fn sizes_beyond_all_bounds_are_broken() {
    let moov = |size: &[u8]| [&mp4(1, 2_000)[..24], size, &[0xff; 64]].concat();
    assert_eq!(
        word(&moov(b"\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff")),
        "broken"
    );
    assert_eq!(word(&moov(b"\0\0\0\x01moov\0\0\0\0\0\0\0\x01")), "broken");
    assert_eq!(word(&moov(b"\xff\xff\xff\xffmoov")), "broken");
    assert_eq!(word(&moov(b"\0\0\0\x07moov")), "broken");
    let segment = |size: &[u8]| [&matroska(1, 2_000)[..40], b"\x18\x53\x80\x67", size, &[0; 64]].concat();
    assert_ne!(word(&segment(b"\x01\xff\xff\xff\xff\xff\xff\xfe")), "whole");
    assert_ne!(word(&segment(b"\0")), "whole");
}

/// Boxes in boxes in boxes: only those are opened whose place is known.
#[test]
fn deep_nests_are_no_recursion() {
    let mut nest = Vec::new();
    for _ in 0..10_000 {
        let size = u32::try_from(nest.len() + 8).unwrap();
        nest = [&size.to_be_bytes(), &b"moov"[..], &nest].concat();
    }
    assert_eq!(word(&nest), "broken");
}

/// The fields of a table, as an attacker would set them.
fn patched(mut file: Vec<u8>, kind: &[u8], skip: usize, value: u32) -> Vec<u8> {
    let at = file.windows(4).rposition(|name| name == kind).unwrap() + 4 + skip;
    file[at..at + 4].copy_from_slice(&value.to_be_bytes());
    file
}

#[test]
fn tables_without_end_are_broken() {
    for (kind, skip) in [("stco", 4), ("stsc", 4), ("stsz", 8)] {
        for value in [8, 0xffff, u32::MAX] {
            let file = patched(mp4(1, 100_000), kind.as_bytes(), skip, value);
            assert_eq!(word(&file), "broken", "{kind} {value}");
            assert!(is_bounded(&file));
        }
    }
    // all samples of one size, and more of them than any file has
    let file = patched(mp4(1, 100_000), b"stsz", 8, u32::MAX);
    let file = patched(file, b"stsz", 4, 1);
    assert!(is_bounded(&patched(file, b"stsc", 12, u32::MAX)));
    let file = patched(fragmented_mp4(1, 3), b"trun", 4, u32::MAX);
    assert_eq!(word(&file), "broken");
}

/// The beginnings of all containers, so that noise gets into every walk.
fn beginnings() -> Vec<Vec<u8>> {
    vec![
        Vec::new(),
        mp4(1, 2_000)[..24].to_vec(),
        mp4(1, 2_000),
        fragmented_mp4(1, 1),
        matroska(1, 2_000)[..40].to_vec(),
        matroska_streamed(1, 2_000),
        mpeg_ts(1, 6),
        b"OggS\0\x02".to_vec(),
        b"RIFF\xff\0\0\0AVI LIST".to_vec(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn noise_ends_every_walk(
        beginning in prop::sample::select(beginnings()),
        noise in prop::collection::vec(any::<u8>(), 0..3_000),
    ) {
        let file = [beginning, noise].concat();
        prop_assert!(is_bounded(&file));
    }

    #[test]
    fn changed_bytes_end_every_walk(
        which in 0..6_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut file = match which {
            0 => mp4(1, 3_000),
            1 => fragmented_mp4(1, 2),
            2 => matroska(1, 3_000),
            3 => matroska_streamed(1, 3_000),
            4 => mpeg_ts(1, 20),
            _ => super::made::OGG.to_vec(),
        };
        for (place, byte) in changes {
            let at = place.index(file.len());
            file[at] = byte;
        }
        prop_assert!(is_bounded(&file));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_cut_of_a_larger_film_is_seen(cut in any::<prop::sample::Index>(), seed in any::<u32>()) {
        for film in [mp4(seed, 150_000), matroska(seed, 150_000)] {
            prop_assert_ne!(word(&film[..cut.index(film.len())]), "whole");
        }
    }
}
