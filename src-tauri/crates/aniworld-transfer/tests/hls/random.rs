//! No text makes the reader stop, loop or lose order.

use aniworld_transfer::hls::{Playlist, StreamChoice, Variables, choose, parse, track};
use aniworld_transfer::stream::{PieceRole, TrackKind};
use proptest::prelude::*;

use crate::reading::base;

/// Lines as they occur, whole and broken.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("#EXTM3U".to_owned()),
        Just("#EXT-X-ENDLIST".to_owned()),
        Just("#EXT-X-DISCONTINUITY".to_owned()),
        "#EXTINF:[0-9.,a-z-]{0,8}",
        "#EXT-X-BYTERANGE:[0-9@]{0,24}",
        "#EXT-X-MEDIA-SEQUENCE:[0-9-]{0,21}",
        "#EXT-X-KEY:(METHOD=(AES-128|NONE|SAMPLE-AES),?)?(URI=\"[a-z:/]{0,8}\",?)?(IV=0x[0-9a-f]{0,33})?",
        "#EXT-X-MAP:(URI=\"[a-z]{0,4}\",?)?(BYTERANGE=\"[0-9@]{0,6}\")?",
        "#EXT-X-STREAM-INF:(BANDWIDTH=[0-9]{0,22},?)?(RESOLUTION=[0-9x]{0,12},?)?(AUDIO=\"[ab]\")?",
        "#EXT-X-MEDIA:TYPE=(AUDIO|SUBTITLES),GROUP-ID=\"[ab]\",(URI=\"[a-z]{0,3}\")?",
        "#EXT-X-DEFINE:(NAME=\"[ab]\",VALUE=\"[^\"\n]{0,8}\"|IMPORT=\"a\"|QUERYPARAM=\"v\")",
        "[a-z{$}/:?#\\[\\]%]{0,20}",
        "\\PC{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = parse(&bytes, &base(), &Variables::default());
    }

    #[test]
    fn every_segment_becomes_one_piece_in_its_order(lines in proptest::collection::vec(line(), 0..60)) {
        let text = format!("#EXTM3U\n{}", lines.join("\n"));
        match parse(text.as_bytes(), &base(), &Variables::default()) {
            Ok(Playlist::Media(media)) => {
                if let Ok(track) = track(&media, &base(), TrackKind::Video) {
                    let pieces: Vec<u64> = track
                        .pieces
                        .iter()
                        .filter(|piece| piece.role == PieceRole::Media)
                        .map(|piece| piece.sequence)
                        .collect();
                    let segments: Vec<u64> = media.segments.iter().map(|one| one.sequence).collect();
                    prop_assert_eq!(pieces, segments);
                }
            }
            Ok(Playlist::Master(master)) => {
                if let Ok(chosen) = choose(&master, &StreamChoice::default()) {
                    prop_assert!(!chosen.variants.is_empty());
                }
            }
            Err(refusal) => prop_assert!(!refusal.to_string().is_empty()),
        }
    }
}
