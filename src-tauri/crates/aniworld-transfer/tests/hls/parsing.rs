//! Text to playlist: the rules of RFC 8216 section 4, line by line.

use std::time::Duration;

use aniworld_transfer::hls::{Playlist, RenditionKind, Variables, parse};
use aniworld_transfer::stream::{PieceRange, StreamRefusal};
use url::Url;

use crate::reading::{bad_line, base, ended, master, media, read};

const NASTY: [&[u8]; 2] = [
    include_bytes!("../fixtures/hls/bom.m3u8"),
    include_bytes!("../fixtures/hls/two-keys-crlf.m3u8"),
];

#[test]
fn a_byte_order_mark_line_ends_of_windows_and_a_missing_last_line_end_change_nothing() {
    let plain = ended("#EXTINF:4,\na.ts\n#EXTINF:4,\nb.ts");
    let same = [
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        plain.trim_end().to_owned(),
        plain.replace('\n', " \n"),
    ];
    let expected = media(&plain);
    for text in same {
        let found = media(&text);
        assert_eq!(found.segments, expected.segments, "{text:?}");
        assert!(found.ended);
    }
}

#[test]
fn ranges_keys_maps_and_gaps_are_carried_as_written() {
    for text in NASTY {
        let Playlist::Media(media) = parse(text, &base(), &Variables::default()).unwrap() else {
            panic!("a master playlist");
        };
        let [first, second, third] = media.segments.as_slice() else {
            panic!("{media:?}");
        };
        let range = |offset, length| Some(PieceRange { offset, length });
        assert_eq!(
            (first.range, second.range, third.range),
            (range(100, 1000), range(1100, 2000), None)
        );
        assert_eq!(first.uri, "all.mp4");
        assert_eq!(first.duration, Duration::from_millis(9500));
        // of two formats of one key the plain one, and the sequence goes on over the discontinuity
        assert_eq!(first.key.as_ref().unwrap().uri.as_deref(), Some("k1.bin"));
        assert_eq!((first.sequence, second.sequence, third.sequence), (7, 8, 9));
        // the first map stands before the keys, the second behind their end
        let map = first.map.as_ref().unwrap();
        assert_eq!(
            (map.uri.as_str(), map.range, &map.key),
            ("init.mp4", range(0, 100), &None)
        );
        assert_eq!(third.map.as_ref().unwrap().uri, "init2.mp4");
        assert!(third.key.is_none());
        assert_eq!((third.gap, third.discontinuity), (true, true));
        assert_eq!((second.gap, second.discontinuity), (false, false));
    }
}

#[test]
fn titles_may_hold_anything_and_unknown_lines_nothing() {
    let found = media(&ended(
        "#EXTINF:9.5,title, with comma \"and quote\n# a comment\n#EXT-X-NEW:A=1\n#EXT-X-DATERANGE:ID=\"a\nb.ts",
    ));
    assert_eq!(found.segments.len(), 1);
    assert_eq!(found.segments[0].uri, "b.ts");
}

#[test]
fn what_cannot_be_read_of_a_duration_costs_no_segment() {
    let durations = [
        "10", "10,", "9.999,x", " 3 ,", "abc,", "-4,", "1e400,", "NaN,", "",
    ];
    let lines: Vec<String> = durations
        .iter()
        .map(|text| format!("#EXTINF:{text}\na.ts"))
        .collect();
    let found = media(&ended(&lines.join("\n")));
    let seconds: Vec<f64> = found
        .segments
        .iter()
        .map(|one| one.duration.as_secs_f64())
        .collect();
    assert_eq!(seconds, [10.0, 10.0, 9.999, 3.0, 10.0, 10.0, 10.0, 10.0, 10.0]);
}

#[test]
fn a_range_without_an_offset_follows_the_last_one_of_its_file() {
    let lines = "#EXT-X-BYTERANGE:10\na\n#EXT-X-BYTERANGE:5\na\n#EXT-X-BYTERANGE:7@100\nb\n#EXT-X-BYTERANGE:1\na\n\
                 #EXT-X-BYTERANGE:2\nb";
    let found = media(&ended(lines));
    let offsets: Vec<u64> = found
        .segments
        .iter()
        .map(|one| one.range.unwrap().offset)
        .collect();
    assert_eq!(offsets, [0, 10, 100, 15, 107]);
}

#[test]
fn lines_that_would_change_the_bytes_are_refused_by_their_number() {
    let cases = [
        ("#EXT-X-BYTERANGE:\na", 3),
        ("#EXT-X-BYTERANGE:5@\na", 3),
        ("#EXT-X-BYTERANGE:-5@0\na", 3),
        ("#EXT-X-BYTERANGE:0@0\na", 4),
        ("#EXT-X-BYTERANGE:18446744073709551615@1\na", 4),
        ("#EXT-X-BYTERANGE:1@0\na\n#EXT-X-BYTERANGE:1\nb", 6),
        ("#EXT-X-MAP:BYTERANGE=\"1@0\"\na", 3),
        ("#EXT-X-MAP:URI=\"i\",BYTERANGE=\"x\"\na", 3),
        ("#EXT-X-KEY:URI=\"k\"\na", 3),
        ("#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=12\na", 3),
        (
            "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x123456789012345678901234567890123\na",
            3,
        ),
        ("#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x+1\na", 3),
        ("#EXT-X-SKIP:SKIPPED-SEGMENTS=3\na", 3),
        ("{$nothing}/a", 3),
    ];
    for (lines, line) in cases {
        assert_eq!(bad_line(read(&ended(lines))), line, "{lines}");
    }
    assert_eq!(bad_line(read("")), 1);
    assert_eq!(bad_line(read("#EXT-X-TARGETDURATION:10\n#EXTM3U\na")), 1);
    assert_eq!(bad_line(read("<html>\n#EXTM3U")), 1);
    assert_eq!(
        bad_line(read("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na\n#EXTINF:1,\nb")),
        4
    );
}

#[test]
fn a_media_sequence_number_that_cannot_be_read_matters_only_where_keys_count_on_it() {
    let clear = "#EXT-X-MEDIA-SEQUENCE:x\n#EXTINF:1,\na";
    assert_eq!(media(&ended(clear)).segments[0].sequence, 0);
    let written = "#EXT-X-MEDIA-SEQUENCE:x\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x1\n#EXTINF:1,\na";
    assert_eq!(media(&ended(written)).segments.len(), 1);
    let counted = "#EXT-X-MEDIA-SEQUENCE:-1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:1,\na";
    assert_eq!(bad_line(read(&ended(counted))), 3);
    let late = "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:1,\na\n#EXT-X-MEDIA-SEQUENCE:8";
    assert_eq!(bad_line(read(&ended(late))), 6);
}

#[test]
fn a_short_vector_is_filled_in_front_and_either_letter_case_will_do() {
    for (text, value) in [
        ("0x1A", 26),
        ("0X0000000000000000000000000000001a", 26),
        ("0xffffffffffffffffffffffffffffffff", u128::MAX),
    ] {
        let found = media(&ended(&format!(
            "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV={text}\na"
        )));
        assert_eq!(
            found.segments[0].key.as_ref().unwrap().iv,
            Some(u128::to_be_bytes(value)),
            "{text}"
        );
    }
}

#[test]
fn master_playlists_name_qualities_and_languages_and_no_streams_of_key_frames() {
    let found = master(
        "#EXTM3U\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,URI=\"i\"\n\
         #EXT-X-STREAM-INF:BANDWIDTH=5,AVERAGE-BANDWIDTH=4,CODECS=\"avc1.4d401f,MP4A.40.2\",RESOLUTION=1280x720,\
         AUDIO=\"a, b\",X-UNKNOWN=5\n# comment\nv.m3u8\nnobody-announced-this\n\
         #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a, b\",NAME=\"Deutsch\",LANGUAGE=\"de\",DEFAULT=YES,URI=\"a.m3u8\"\n\
         #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"x\",INSTREAM-ID=\"CC1\"\n",
    );
    let [variant] = found.variants.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!((variant.uri.as_str(), variant.line), ("v.m3u8", 5));
    assert_eq!((variant.bandwidth, variant.average_bandwidth), (5, Some(4)));
    assert_eq!(variant.resolution, Some((1280, 720)));
    assert_eq!(variant.codecs, ["avc1.4d401f", "mp4a.40.2"]);
    assert_eq!(variant.audio.as_deref(), Some("a, b"));
    let [audio, captions] = found.renditions.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (audio.kind, audio.default, audio.forced),
        (RenditionKind::Audio, true, false)
    );
    assert_eq!(
        (audio.language.as_deref(), audio.uri.as_deref()),
        (Some("de"), Some("a.m3u8"))
    );
    assert_eq!(captions.kind, RenditionKind::Other);
}

#[test]
fn variables_come_from_values_imports_and_the_address() {
    let text = include_bytes!("../fixtures/hls/master-define.m3u8");
    let Playlist::Master(found) = parse(text, &base(), &Variables::default()).unwrap() else {
        panic!("a media playlist");
    };
    assert_eq!(found.variants[0].uri, "http://127.0.0.1/x/v.m3u8");
    assert_eq!(found.variables.get("h"), Some("http://127.0.0.1/x"));
    let child = ended(
        "#EXT-X-DEFINE:IMPORT=\"h\"\n#EXT-X-DEFINE:QUERYPARAM=\"token\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"{$h}/k\"\n\
         {$h}/{$token}.ts",
    );
    let Playlist::Media(media) = parse(child.as_bytes(), &base(), &found.variables).unwrap() else {
        panic!("a master playlist");
    };
    assert_eq!(media.segments[0].uri, "http://127.0.0.1/x/a b.ts");
    assert_eq!(
        media.segments[0].key.as_ref().unwrap().uri.as_deref(),
        Some("http://127.0.0.1/x/k")
    );
    for bad in [
        "#EXT-X-DEFINE:IMPORT=\"other\"",
        "#EXT-X-DEFINE:QUERYPARAM=\"other\"",
        "#EXT-X-DEFINE:NAME=\"a\"",
        "#EXT-X-DEFINE:VALUE=\"a\"",
    ] {
        assert_eq!(bad_line(read(&ended(bad))), 3, "{bad}");
    }
    let twice = "#EXT-X-DEFINE:NAME=\"a\",VALUE=\"1\"\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"2\"";
    assert_eq!(bad_line(read(&ended(twice))), 4);
}

#[test]
fn texts_that_grow_beyond_any_playlist_are_refused() {
    let too_large = |text: &[u8]| {
        let url = Url::parse("https://host.example/a").unwrap();
        let outcome = parse(text, &url, &Variables::default());
        assert!(
            matches!(outcome, Err(StreamRefusal::TooLarge { .. })),
            "{outcome:?}"
        );
    };
    too_large(&vec![b'a'; (16 << 20) + 1]);
    too_large(format!("#EXTM3U\n{}", "a".repeat(65_537)).as_bytes());
    too_large(format!("#EXTM3U\n{}", "a\n".repeat(100_001)).as_bytes());
    too_large(format!("#EXTM3U\n{}", "#EXT-X-STREAM-INF:\na\n".repeat(1_001)).as_bytes());
    let many = |number: usize, line: &dyn Fn(usize) -> String| -> String {
        let lines: Vec<String> = (0..number).map(line).collect();
        format!("#EXTM3U\n{}", lines.join("\n"))
    };
    too_large(many(1_001, &|n| format!("#EXT-X-DEFINE:NAME=\"{n}\",VALUE=\"\"")).as_bytes());
    too_large(many(17, &|n| format!("#EXT-X-KEY:METHOD=AES-128,KEYFORMAT=\"{n}\"")).as_bytes());
    // one that doubles twenty times, and one that is long and used often
    let doubled = |n: usize| match n {
        0 => "#EXT-X-DEFINE:NAME=\"0\",VALUE=\"aa\"".to_owned(),
        _ => format!("#EXT-X-DEFINE:NAME=\"{n}\",VALUE=\"{{${0}}}{{${0}}}\"", n - 1),
    };
    too_large(many(20, &doubled).as_bytes());
    let long = format!("#EXT-X-DEFINE:NAME=\"a\",VALUE=\"{}\"\n", "a".repeat(60_000));
    too_large(format!("#EXTM3U\n{long}{}", "{$a}\n".repeat(1_000)).as_bytes());
}
