//! Cuts, holes, shifts and stitches of made-up files.

use aniworld_testkit::media::{
    TS_PACKET_BYTES, fragmented_mp4, matroska, matroska_streamed, mp4, mp4_index_first, mpeg_ts,
};

use super::super::Container;
use super::{broken, doubtful, whole, word};

/// Every maker whose files end where they say, so that no cut leaves a whole one.
const CLOSED: [fn(u32, usize) -> Vec<u8>; 3] = [mp4, mp4_index_first, matroska];

#[test]
fn whole_files_are_whole() {
    for bytes in [1_024, 1_031, 20_000, 70_001, 1_000_000] {
        assert_eq!(whole(&mp4(1, bytes)), Container::Mp4);
        assert_eq!(whole(&mp4_index_first(1, bytes)), Container::Mp4);
        assert_eq!(whole(&matroska(1, bytes)), Container::Matroska);
        assert_eq!(whole(&matroska_streamed(1, bytes)), Container::Matroska);
    }
    for count in [2, 41, 1_000] {
        assert_eq!(whole(&fragmented_mp4(1, count)), Container::Mp4);
        assert_eq!(whole(&mpeg_ts(1, count as usize)), Container::MpegTs);
    }
}

#[test]
fn no_cut_of_a_file_with_an_end_passes() {
    for make in CLOSED {
        let file = make(3, 20_000);
        for cut in 0..file.len() {
            let word = word(&file[..cut]);
            assert!(
                word == "broken" || (word == "not media" && cut < 32),
                "{cut}: {word}"
            );
        }
    }
}

#[test]
fn a_cut_between_fragments_is_the_only_one_that_passes() {
    let file = fragmented_mp4(3, 6);
    let ends: Vec<usize> = (1..6)
        .map(|fragments| fragmented_mp4(3, fragments).len())
        .collect();
    for cut in 32..file.len() {
        assert_eq!(word(&file[..cut]) == "whole", ends.contains(&cut), "{cut}");
    }
}

#[test]
fn a_cut_between_clusters_of_a_stream_without_length_is_the_only_one_that_passes() {
    let file = matroska_streamed(3, 60_000);
    let cluster = [0x1f, 0x43, 0xb6, 0x75];
    for cut in 32..file.len() {
        let clean = file[cut..].starts_with(&cluster) && file[..cut].windows(4).any(|id| id == cluster);
        assert_eq!(word(&file[..cut]) == "whole", clean, "{cut}");
    }
}

#[test]
fn a_cut_between_packets_is_the_only_one_that_passes() {
    let file = mpeg_ts(3, 50);
    for cut in 32..file.len() {
        let clean = cut >= 2 * TS_PACKET_BYTES && cut.is_multiple_of(TS_PACKET_BYTES);
        assert_eq!(word(&file[..cut]) == "whole", clean, "{cut}");
    }
    assert_eq!(
        broken(&file[..TS_PACKET_BYTES]),
        "its tables (PAT and PMT) are missing"
    );
}

#[test]
fn bytes_that_are_missing_or_too_many_are_seen_wherever_they_are() {
    let files = [
        mp4(5, 60_000),
        mp4_index_first(5, 60_000),
        matroska(5, 60_000),
        matroska_streamed(5, 60_000),
        fragmented_mp4(5, 20),
        mpeg_ts(5, 320),
    ];
    for (number, file) in files.iter().enumerate() {
        for at in (0..file.len()).step_by(997) {
            for count in [1, 13, 4096] {
                let without = [&file[..at], file.get(at + count..).unwrap_or_default()].concat();
                assert_ne!(word(&without), "whole", "file {number}, {count} missing at {at}");
                let more = [&file[..at], &vec![0; count], &file[at..]].concat();
                assert_ne!(word(&more), "whole", "file {number}, {count} more at {at}");
            }
        }
        assert_ne!(
            word(&[file.as_slice(), &[0; 7]].concat()),
            "whole",
            "file {number}"
        );
    }
}

#[test]
fn a_hole_in_a_transport_stream_is_seen() {
    let mut file = mpeg_ts(5, 2_000);
    file[100_000..104_096].fill(0);
    assert!(broken(&file).contains("no packet where one should begin, at byte 100016"));
}

#[test]
fn packets_that_are_missing_are_a_doubt() {
    let file = mpeg_ts(5, 2_000);
    for missing in [1, 5, 700] {
        let at = 505 * TS_PACKET_BYTES;
        let file = [&file[..at], &file[at + missing * TS_PACKET_BYTES..]].concat();
        let what = doubtful(&file);
        assert!(what.contains("the first time at byte 94940"), "{what}");
    }
}

#[test]
fn packets_in_disorder_are_broken() {
    let file = mpeg_ts(5, 2_000);
    let mut blocks: Vec<&[u8]> = file.chunks(9 * TS_PACKET_BYTES).collect();
    let last = blocks.len() - 1;
    blocks[1..last].reverse();
    assert!(broken(&blocks.concat()).contains("times packets do not follow on"));
}

/// Segments of a stream start with tables and at the start of a payload; their counters may begin anew.
#[test]
fn segments_that_count_anew_are_one_whole_stream() {
    let segments = [mpeg_ts(1, 85), mpeg_ts(2, 333), mpeg_ts(3, 78), mpeg_ts(4, 2)];
    assert_eq!(whole(&segments.concat()), Container::MpegTs);
}

#[test]
fn halves_of_two_files_are_told_from_one() {
    for (make, name) in CLOSED.into_iter().zip(["mp4", "mp4 index first", "matroska"]) {
        let (one, other) = (make(1, 90_000), make(2, 99_999));
        for at in (1_000..90_000).step_by(1_009) {
            let stitched = [&one[..at], &other[at..]].concat();
            assert_eq!(word(&stitched), "broken", "{name} at {at}");
        }
    }
    let (one, other) = (fragmented_mp4(1, 30), fragmented_mp4(2, 30));
    for at in (1_000..one.len().min(other.len())).step_by(1_009) {
        let stitched = [&one[..at], &other[at..]].concat();
        assert_ne!(word(&stitched), "whole", "fragments at {at}");
    }
}

/// The grid of packets is the same in both, and only their counters differ.
#[test]
fn halves_of_two_transport_streams_are_a_doubt() {
    let (one, other) = (mpeg_ts(1, 1_000), mpeg_ts(2, 1_005));
    let other = &other[5 * TS_PACKET_BYTES..];
    for at in [30_000, 94_004, 150_001] {
        let stitched = [&one[..at], &other[at..]].concat();
        assert!(
            doubtful(&stitched).contains("1 times packets do not follow on"),
            "{at}"
        );
    }
}
