//! Manifests that are made to do harm, and manifests that chance made: never a panic, never more than the bounds.

use proptest::prelude::*;
use url::Url;

use crate::dash::{MAX_MANIFEST_BYTES, plan};
use crate::hls::{Languages, StreamChoice};
use crate::stream::{MAX_PIECES, MAX_TRACKS, StreamPlan, StreamRefusal};

const HONEST: [&str; 3] = [
    include_str!("../../../tests/fixtures/dash/dash.mpd"),
    include_str!("../../../tests/fixtures/dash/dash_num.mpd"),
    include_str!("../../../tests/fixtures/dash/dash_single.mpd"),
];

fn read(text: &str) -> Result<StreamPlan, StreamRefusal> {
    let url = Url::parse("https://host/a/manifest.mpd").unwrap();
    let everything = StreamChoice {
        audio: Languages::All,
        ..StreamChoice::default()
    };
    plan(text, &url, &everything).map(|stream| stream.plan)
}

fn manifest(addressing: &str) -> String {
    format!(
        r#"<MPD mediaPresentationDuration="P99D"><Period><AdaptationSet mimeType="video/mp4"><Representation id="v">
        {addressing}</Representation></AdaptationSet></Period></MPD>"#
    )
}

fn timeline(entries: &str) -> String {
    manifest(&format!(
        r#"<SegmentTemplate media="$Number$"><SegmentTimeline>{entries}</SegmentTimeline></SegmentTemplate>"#
    ))
}

/// Each is refused, for this reason.
fn assert_refused(bombs: &[(&str, String)]) {
    for (why, text) in bombs {
        let refusal = read(text).unwrap_err().to_string();
        assert!(refusal.contains(why), "{refusal} is not {why}");
    }
}

#[test]
fn elements_in_elements_without_end_are_refused() {
    // in bounds otherwise: each level is a call when the tree goes
    let nested = "<MPD>".repeat(249_000) + &"</MPD>".repeat(249_000);
    assert_refused(&[("more than 16 deep", nested)]);
}

#[test]
fn segments_without_end_are_refused() {
    let template =
        |attributes: &str| manifest(&format!(r#"<SegmentTemplate media="$Number$" {attributes}/>"#));
    let segments = r#"<SegmentURL media="a"/>"#.repeat(MAX_PIECES + 1);
    let many = "more than 100000 pieces";
    assert_refused(&[
        (many, timeline(r#"<S d="1" r="4294967295"/>"#)),
        (many, timeline(r#"<S d="1" r="-1"/>"#)),
        (many, timeline(&r#"<S d="1"/>"#.repeat(MAX_PIECES + 1))),
        (many, template(r#"duration="1" timescale="4000000000""#)),
        (many, template(r#"duration="1" endNumber="18446744073709551615""#)),
        (many, manifest(&format!("<SegmentList>{segments}</SegmentList>"))),
        (
            "does not fit",
            template(r#"duration="9999999" startNumber="18446744073709551615""#),
        ),
        ("timescale of zero", template(r#"duration="9" timescale="0""#)),
        ("without a duration", template(r#"duration="0""#)),
    ]);
}

#[test]
fn addresses_without_end_are_refused() {
    let long = "x".repeat(8_000);
    let bytes = "addresses of more than 64 MiB";
    let short = r#"<SegmentURL media="a"/>"#.repeat(20_000);
    assert_refused(&[
        (
            "more than 20 digits",
            manifest(r#"<SegmentTemplate media="$Number%0999999999d$" duration="9999999"/>"#),
        ),
        (
            bytes,
            manifest(&format!(
                r#"<SegmentTemplate media="{long}$Number$" duration="1" endNumber="99999"/>"#
            )),
        ),
        (
            bytes,
            manifest(&format!(
                "<BaseURL>https://h/{long}/</BaseURL><SegmentList>{short}</SegmentList>"
            )),
        ),
        (
            "more than 8192 bytes",
            manifest(&format!("<BaseURL>{long}{long}</BaseURL>")),
        ),
        (
            "more than 8192 bytes",
            manifest(&format!("<BaseURL>{long}/</BaseURL>"))
                .replace("<Period>", &format!("<Period><BaseURL>{long}/</BaseURL>")),
        ),
    ]);
}

#[test]
fn elements_without_end_are_refused() {
    let representations = r#"<Representation mimeType="video/mp4"/>"#.repeat(1_001);
    let one = |kind: &str| {
        format!(
            r#"<AdaptationSet mimeType="{kind}"><Representation><BaseURL>a</BaseURL></Representation></AdaptationSet>"#
        )
    };
    let tracks = one("audio/mp4") + &one("text/vtt").repeat(MAX_TRACKS);
    let entities = format!(
        r#"<!DOCTYPE a [<!ENTITY a "{}"><!ENTITY b "&a;&a;&a;">]>"#,
        "x".repeat(8_000)
    );
    assert_refused(&[
        (
            "1000 periods",
            format!("<MPD>{}</MPD>", r#"<Period duration="PT1S"/>"#.repeat(1_001)),
        ),
        (
            "1000 representations",
            format!("<MPD><Period><AdaptationSet>{representations}</AdaptationSet></Period></MPD>"),
        ),
        ("32 tracks", format!("<MPD><Period>{tracks}</Period></MPD>")),
        (
            "250000 elements",
            format!("<MPD>{}</MPD>", "<Period/>".repeat(250_001)),
        ),
        ("more than 16 deep", "<MPD>".repeat(500_000)),
        ("256 attributes", format!("<MPD {}/>", "a='' ".repeat(257))),
        ("8 MiB", " ".repeat(MAX_MANIFEST_BYTES + 1)),
        ("a document type", entities + &manifest("&b;")),
    ]);
}

#[test]
fn what_is_large_and_honest_is_read() {
    assert_eq!(
        read(&timeline(&r#"<S d="1"/>"#.repeat(MAX_PIECES)))
            .unwrap()
            .tracks[0]
            .pieces
            .len(),
        MAX_PIECES
    );
    let noise = format!(
        "<MPD>{}<Period>{}</Period></MPD>",
        "<o:x xmlns:o='u'/>".repeat(100_000),
        r#"<AdaptationSet mimeType="video/mp4"><Representation><BaseURL>a</BaseURL></Representation></AdaptationSet>"#
    );
    assert_eq!(read(&noise).unwrap().tracks.len(), 1);
}

fn assert_bounded(text: &str) {
    let Ok(plan) = read(text) else { return };
    assert!((1..=MAX_TRACKS).contains(&plan.tracks.len()));
    for track in &plan.tracks {
        assert!((1..=MAX_PIECES).contains(&track.pieces.len()));
        for piece in &track.pieces {
            assert!(matches!(piece.url.scheme(), "http" | "https"));
            let end = piece
                .range
                .map_or(Some(1), |range| range.offset.checked_add(range.length));
            assert!(end.is_some());
        }
    }
}

/// A piece of text that means something in a manifest.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,4}",
        any::<i64>().prop_map(|number| number.to_string()),
        proptest::sample::select(vec![
            "<S d=\"1\" r=\"-1\"/>",
            "r=\"4294967295\"",
            "$Number%0999999999d$",
            "$$",
            "$",
            "timescale=\"0\"",
            "duration=\"0\"",
            "<BaseURL>file:///</BaseURL>",
            "</Period><Period>",
            "PT0S",
            "&amp;",
            "&#x10FFFF;",
            "&#0;",
            "<![CDATA[",
            "<!--",
            "<?",
            "\u{feff}",
            "0-18446744073709551615",
            "xlink:href=\"a\"",
            "<SegmentList>",
            "startNumber=\"18446744073709551615\"",
            "presentationTimeOffset=\"99999999999\"",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn a_changed_manifest_is_read_or_refused(
        which in 0..HONEST.len(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), 0..80_usize, word()), 1..6),
    ) {
        let mut text = HONEST[which].to_owned();
        for (place, length, word) in changes {
            let start = text.floor_char_boundary(place.index(text.len() + 1));
            let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
            text.replace_range(start..end, &word);
        }
        assert_bounded(&text);
    }

    #[test]
    fn changed_numbers_are_read_or_refused(
        which in 0..HONEST.len(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u64>(), 0..64_u32), 1..6),
    ) {
        let mut text = HONEST[which].to_owned();
        for (place, number, bits) in changes {
            let numbers: Vec<(usize, &str)> = text.match_indices(|c: char| c.is_ascii_digit()).collect();
            let (start, _) = numbers[place.index(numbers.len())];
            text.replace_range(start..=start, &(number >> bits).to_string());
        }
        assert_bounded(&text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        assert_bounded(&text);
        assert_bounded(&manifest(&text));
    }
}
