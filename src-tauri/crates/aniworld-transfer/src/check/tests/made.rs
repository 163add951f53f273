//! Files that real writers made (`tests/media/make.sh`): they pass, and no cut of them does.

use super::super::Container;
use super::{broken, doubtful, whole, word};

macro_rules! media {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/media/", $name))
    };
}

const INDEX_LAST: &[u8] = media!("index-last.mp4");
const INDEX_FIRST: &[u8] = media!("index-first.mp4");
const FRAGMENTS: &[u8] = media!("fragments.mp4");
const SEGMENTS: &[u8] = media!("segments.mp4");
const MOV: &[u8] = media!("film.mov");
const MKV: &[u8] = media!("film.mkv");
const LIVE: &[u8] = media!("live.webm");
const TS: &[u8] = media!("stream.ts");
const M2TS: &[u8] = media!("stream.m2ts");
const JOINED: &[u8] = media!("joined.ts");
const AVI: &[u8] = media!("film.avi");
pub(super) const OGG: &[u8] = media!("sound.ogg");

#[test]
fn files_of_real_writers_are_whole() {
    for file in [INDEX_LAST, INDEX_FIRST, FRAGMENTS, SEGMENTS, MOV] {
        assert_eq!(whole(file), Container::Mp4);
    }
    for file in [MKV, LIVE] {
        assert_eq!(whole(file), Container::Matroska);
    }
    for file in [TS, M2TS, JOINED] {
        assert_eq!(whole(file), Container::MpegTs);
    }
    assert_eq!(whole(OGG), Container::Ogg);
    assert_eq!(whole(AVI), Container::Avi);
}

/// The places of a file where a part begins that may be left out together with all that follows.
fn seams(file: &[u8], mark: &[u8], before: usize) -> Vec<usize> {
    let places = file.windows(mark.len()).enumerate();
    places
        .filter(|(_, found)| *found == mark)
        .map(|(at, _)| at - before)
        .collect()
}

#[test]
fn no_cut_of_them_passes_but_where_a_part_ends() {
    for file in [INDEX_LAST, INDEX_FIRST, MOV, MKV, OGG, AVI] {
        for cut in 0..file.len() {
            assert_ne!(word(&file[..cut]), "whole", "{cut} of {}", file.len());
        }
    }
    // the index of fragments, the last part of the file, names no size that a cut would contradict
    let mut fragments = seams(FRAGMENTS, b"moof", 4);
    fragments.extend(seams(FRAGMENTS, b"mfra", 4));
    for (file, seams) in [
        (FRAGMENTS, fragments),
        (SEGMENTS, seams(SEGMENTS, b"mfra", 4)),
        (LIVE, seams(LIVE, &[0x1f, 0x43, 0xb6, 0x75], 0)),
    ] {
        assert!(!seams.is_empty());
        for cut in 0..file.len() {
            assert!(word(&file[..cut]) != "whole" || seams.contains(&cut), "{cut}");
        }
    }
    for (file, packet) in [(TS, 188), (JOINED, 188), (M2TS, 192)] {
        for cut in 0..file.len() {
            assert!(
                word(&file[..cut]) != "whole" || cut.is_multiple_of(packet),
                "{cut}"
            );
        }
    }
}

/// The payloads of sound say how long they are, those of pictures do not.
#[test]
fn cuts_between_packets_are_a_doubt_where_a_sound_is_not_complete() {
    let cuts = (10..TS.len() / 188).map(|packets| word(&TS[..packets * 188]));
    let (seen, passed): (Vec<_>, Vec<_>) = cuts.partition(|word| *word == "doubtful");
    assert!(seen.len() >= 10, "{}", seen.len());
    assert!(passed.iter().all(|word| *word == "whole"));
}

#[test]
fn a_hole_in_a_film_of_h264_is_seen_though_every_box_is_right() {
    for file in [INDEX_LAST, INDEX_FIRST] {
        let mut file = file.to_vec();
        let mdat = file.windows(4).position(|kind| kind == b"mdat").unwrap() + 4;
        file[mdat + 1_000..mdat + 2_000].fill(0);
        assert!(broken(&file).contains("pictures are not where its index says"));
    }
}

#[test]
fn a_second_half_of_another_film_is_seen_though_every_box_is_right() {
    let mut file = INDEX_LAST.to_vec();
    let mdat = file.windows(4).position(|kind| kind == b"mdat").unwrap() + 4;
    let moov = file.windows(4).rposition(|kind| kind == b"moov").unwrap() - 4;
    // what stands there is as good as another film: all that follows is moved by some bytes
    let half = usize::midpoint(mdat, moov);
    file[half..moov].rotate_left(100);
    assert!(broken(&file).contains("pictures are not where its index says"));
}

#[test]
fn a_page_that_is_missing_from_a_sound_is_a_doubt() {
    let pages = seams(OGG, b"OggS", 0);
    let file = [&OGG[..pages[2]], &OGG[pages[3]..]].concat();
    assert!(doubtful(&file).contains("pages are missing"));
    assert!(doubtful(&OGG[..pages[3]]).contains("not marked as its last"));
}
