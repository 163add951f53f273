//! A media playlist to pieces, or a refusal in words.

use aniworld_transfer::hls::{is_hls, track};
use aniworld_transfer::stream::{Container, PieceRole, StreamRefusal, TrackKind};
use url::Url;

use crate::reading::{base, ended, media, planned, read};

fn addresses(lines: &str) -> Vec<String> {
    let track = planned(lines).unwrap();
    track.pieces.iter().map(|piece| piece.url.to_string()).collect()
}

#[test]
fn addresses_are_relative_to_the_playlist_and_keep_their_own_query_only() {
    let found =
        addresses("a.ts\n/b.ts?x=1\n//other.example/c.ts\nhttp://third.example/d.ts\n?e=1\nf%20g ü.ts");
    assert_eq!(
        found,
        [
            "https://host.example/show/a.ts",
            "https://host.example/b.ts?x=1",
            "https://other.example/c.ts",
            "http://third.example/d.ts",
            "https://host.example/show/list.m3u8?e=1",
            "https://host.example/show/f%20g%20%C3%BC.ts",
        ]
    );
    for bad in ["file:///etc/passwd", "ftp://host.example/a", "javascript:1"] {
        assert!(
            matches!(planned(bad), Err(StreamRefusal::Unsupported { .. })),
            "{bad}"
        );
    }
    assert!(matches!(
        planned("https://[bad/"),
        Err(StreamRefusal::Malformed { line: 3, .. })
    ));
}

#[test]
fn a_default_vector_is_the_sequence_number_which_neither_map_nor_discontinuity_touches() {
    let lines = "#EXT-X-MEDIA-SEQUENCE:5\n#EXT-X-MAP:URI=\"i.mp4\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:4,\na\n\
                 #EXT-X-DISCONTINUITY\n#EXTINF:4,\nb\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0xFF\nc\n#EXT-X-KEY:METHOD=NONE\nd";
    let track = planned(lines).unwrap();
    let found: Vec<_> = track
        .pieces
        .iter()
        .map(|piece| {
            (
                piece.role,
                piece.sequence,
                piece.key.as_ref().map(|key| u128::from_be_bytes(key.iv)),
            )
        })
        .collect();
    let media = PieceRole::Media;
    assert_eq!(
        found,
        [
            (PieceRole::Init, 5, None),
            (media, 5, Some(5)),
            (media, 6, Some(6)),
            (media, 7, Some(255)),
            (media, 8, None),
        ]
    );
    assert_eq!(track.container, Container::Fmp4);
    assert_eq!(
        track.pieces[1].key.as_ref().unwrap().url.as_str(),
        "https://host.example/show/k"
    );
}

#[test]
fn an_init_piece_stands_before_each_change_of_it() {
    let lines = "#EXT-X-MAP:URI=\"i\"\na\nb\n#EXT-X-MAP:URI=\"i\"\nc\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"j\"\nd\n\
                 #EXT-X-MAP:URI=\"i\"\ne";
    let found: Vec<String> = addresses(lines)
        .iter()
        .map(|url| url.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(found, ["i", "a", "b", "c", "j", "d", "i", "e"]);
}

#[test]
fn an_encrypted_init_piece_needs_a_written_vector() {
    let with = "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x1\n#EXT-X-MAP:URI=\"i\"\na";
    assert_eq!(planned(with).unwrap().pieces[0].key.as_ref().unwrap().iv[15], 1);
    let without = "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-MAP:URI=\"i\"\na";
    assert!(matches!(
        planned(without),
        Err(StreamRefusal::Malformed { line: 4, .. })
    ));
}

#[test]
fn protected_streams_are_refused_by_the_name_of_what_protects_them() {
    let key = |rest: &str| planned(&format!("#EXT-X-KEY:{rest}\na"));
    let cases = [
        (
            "METHOD=SAMPLE-AES,URI=\"skd://x\",KEYFORMAT=\"com.apple.streamingkeydelivery\"",
            "FairPlay",
        ),
        ("METHOD=AES-128,URI=\"skd://x\"", "FairPlay"),
        (
            "METHOD=SAMPLE-AES-CTR,URI=\"data:,x\",KEYFORMAT=\"urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed\"",
            "Widevine",
        ),
        (
            "METHOD=AES-128,URI=\"x\",KEYFORMAT=\"com.microsoft.playready\"",
            "PlayReady",
        ),
        ("METHOD=ISO-23001-7,URI=\"x\"", "Common Encryption"),
        (
            "METHOD=AES-128,URI=\"x\",KEYFORMAT=\"com.example\"",
            "com.example",
        ),
    ];
    for (tag, name) in cases {
        let system = name.to_owned();
        assert_eq!(key(tag), Err(StreamRefusal::Drm { system }), "{tag}");
    }
    assert_eq!(key("METHOD=SAMPLE-AES,URI=\"x\""), Err(StreamRefusal::SampleAes));
    assert!(matches!(
        key("METHOD=AES-256,URI=\"x\""),
        Err(StreamRefusal::Unsupported { .. })
    ));
    assert!(matches!(
        key("METHOD=AES-128"),
        Err(StreamRefusal::Malformed { line: 3, .. })
    ));
    let adobe = planned("#EXT-X-FAXS-CM:MII\na");
    assert!(matches!(adobe, Err(StreamRefusal::Drm { .. })), "{adobe:?}");
    // a key of another format is only another way to the same key
    let both = "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"skd://x\",\
                KEYFORMAT=\"com.apple.streamingkeydelivery\"\na";
    assert_eq!(planned(both).unwrap().pieces.len(), 1);
}

#[test]
fn streams_without_an_end_and_with_holes_are_refused() {
    let plan = |text: &str| track(&media(text), &base(), TrackKind::Video);
    let live = include_str!("../fixtures/hls/noend.m3u8");
    assert_eq!(plan(live), Err(StreamRefusal::Live));
    let event = "#EXTM3U\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXTINF:1,\na";
    assert_eq!(plan(event), Err(StreamRefusal::Live));
    let cut = "#EXTM3U\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:1,\na\n";
    assert!(
        matches!(plan(cut), Err(StreamRefusal::Malformed { line: 5, .. })),
        "{:?}",
        plan(cut)
    );
    let gap = planned("#EXT-X-MEDIA-SEQUENCE:7\na\n#EXT-X-GAP\nb");
    assert_eq!(gap, Err(StreamRefusal::Gap { sequence: 8 }));
    assert!(matches!(planned(""), Err(StreamRefusal::Empty { .. })));
    assert!(matches!(
        planned("#EXT-X-I-FRAMES-ONLY\na"),
        Err(StreamRefusal::Unsupported { .. })
    ));
}

#[test]
fn a_long_address_that_each_of_many_pieces_repeats_is_refused() {
    let long = Url::parse(&format!("https://host.example/{}/list", "a".repeat(60_000))).unwrap();
    let many = media(&ended(&"a\n".repeat(2_000)));
    let outcome = track(&many, &long, TrackKind::Video);
    assert!(matches!(outcome, Err(StreamRefusal::TooLarge { .. })));
}

#[test]
fn refusals_are_sentences() {
    let sentence = |lines: &str| planned(lines).unwrap_err().to_string();
    assert_eq!(
        sentence("#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://x\"\na"),
        "this stream is protected by FairPlay; protected streams are not fetched"
    );
    assert_eq!(
        read("<html>").unwrap_err().to_string(),
        "line 1 of the playlist cannot be read: it does not begin with #EXTM3U"
    );
}

#[test]
fn hls_is_known_by_its_bytes_and_without_them_by_type_or_ending() {
    let url = |text: &str| Url::parse(text).unwrap();
    let list = url("https://host.example/a/LIST.M3U8?token=1");
    let other = url("https://host.example/watch?file=a.m3u8");
    assert!(is_hls(&list, None, None));
    assert!(!is_hls(&other, None, None));
    assert!(is_hls(
        &other,
        Some("Application/VND.apple.mpegURL; charset=utf-8"),
        None
    ));
    assert!(is_hls(&other, Some("audio/mpegurl"), None));
    assert!(!is_hls(&other, Some("video/mp4"), None));
    assert!(is_hls(
        &other,
        Some("text/plain"),
        Some(b"\xEF\xBB\xBF\r\n#EXTM3U\n")
    ));
    assert!(!is_hls(&list, Some("audio/mpegurl"), Some(b"<html>")));
}
