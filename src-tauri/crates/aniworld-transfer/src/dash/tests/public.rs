//! The manifests that other projects test with: every one becomes what the tables say, and the segments
//! are the ones that mpd-parser expects.
//!
//! They come by `cargo xtask fixtures`; without it only our own are read.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use url::Url;

use super::{expected, outcome};
use crate::dash::plan::source;
use crate::dash::presentation::{Period, periods};
use crate::dash::segments::{MAX_ADDRESS_BYTES, Start};
use crate::dash::xml;
use crate::stream::{PieceRange, StreamRefusal};

/// The manifests in a folder below `target/fixtures`; none where the folder is not there.
fn manifests(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../target/fixtures")
        .join(folder);
    let Ok(entries) = fs::read_dir(root) else {
        return Vec::new();
    };
    let mut all: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| {
        path.extension()
            .is_some_and(|ending| ending == "mpd" || ending == "xml")
    });
    all.sort();
    all
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn url() -> Url {
    Url::parse("https://www.example.com/base").unwrap()
}

/// Every manifest of a folder becomes what the table says, and the table has them all.
fn assert_table(folder: &str, table: &[(&str, &str)]) {
    for path in manifests(folder) {
        let found = outcome(&fs::read_to_string(&path).unwrap(), &url());
        let wanted = table.iter().find(|(file, _)| *file == name(&path));
        assert_eq!(
            Some(found.as_str()),
            wanted.map(|(_, wanted)| *wanted),
            "{}",
            name(&path)
        );
    }
}
/// `test/manifests` of mpd-parser: what each becomes, the number of pieces with the init.
const MPD_PARSER: &[(&str, &str)] = &[
    ("608-captions.mpd", "video 1"),
    ("708-captions.mpd", "video 1"),
    ("audio-only.mpd", "audio en 1, audio es 1"),
    ("location.mpd", "video 1"),
    ("locations.mpd", "video 1"),
    ("maat_vtt_segmentTemplate.mpd", "protected: Widevine"),
    ("multiperiod-dynamic.mpd", "live"),
    // no init, and each period begins another representation
    ("multiperiod-segment-list.mpd", "changes at 2"),
    // one init in both periods, but the clock of the media starts anew in the second
    ("multiperiod-segment-template.mpd", "changes at 3"),
    ("multiperiod-startnumber-removed-periods.mpd", "live"),
    ("multiperiod-startnumber.mpd", "live"),
    // advertisements with their own inits; protected all the same
    ("multiperiod.mpd", "protected: Widevine"),
    ("quality-ranking.mpd", "video 1"),
    ("segmentBase.mpd", "video 1"),
    ("segmentList.mpd", "video 10"),
    ("vtt_codecs.mpd", "protected: Widevine"),
    ("webmsegments.mpd", "video 5, audio en 5"),
];

/// `tests/fixtures` of dash-mpd.
const DASH_MPD: &[(&str, &str)] = &[
    ("a2d-tv.mpd", "protected: Widevine"),
    // each period has an init of its own
    ("ad-insertion-testcase1.mpd", "changes at 5"),
    ("ad-insertion-testcase6-av1.mpd", "video 13, audio - 9"),
    ("ad-insertion-testcase6-av2.mpd", "video 13, audio - 10"),
    // an advertisement with an init of its own
    ("ad-insertion-testcase6-av5.mpd", "changes at 2"),
    ("admanager.xml", "live"),
    // advertisements in folders of their own
    ("avod-mediatailor.mpd", "changes at 3"),
    // advertisements in folders of their own
    ("aws.xml", "changes at 8"),
    // each period has an init of its own
    ("dash-testcases-5b-1-thomson.mpd", "changes at 45"),
    ("dashif-live-atoinf.mpd", "live"),
    ("dashif-low-latency.mpd", "live"),
    ("dolby-ac4.xml", "live"),
    ("example_G22.mpd", "live"),
    ("f64-inf.mpd", "live"),
    // made to be cut short
    (
        "incomplete.mpd",
        "line 3 of the playlist cannot be read: the manifest ends inside MPD",
    ),
    ("jurassic-compact-5975.mpd", "protected: Widevine"),
    ("manifest_wvcenc_1080p.mpd", "protected: Widevine"),
    ("mediapackage.xml", "video 31, audio eng 31"),
    ("multiple_supplementals.mpd", "video 2, audio english 2"),
    ("orange.xml", "live"),
    ("patch-location.mpd", "live"),
    ("patch-location2.mpd", "live"),
    ("st-sl.mpd", "video 4"),
    // advertisements from another host
    ("telenet-mid-ad-rolls.mpd", "changes at 445"),
    // made for its events: no sets at all
    (
        "telestream-binary.xml",
        "this stream holds nothing to fetch: neither a picture nor sound is offered in a way that is understood",
    ),
    // made for its events: no sets at all
    (
        "telestream-elements.xml",
        "this stream holds nothing to fetch: neither a picture nor sound is offered in a way that is understood",
    ),
    // parts of three films, each with its own init
    ("vod-aip-unif-streaming.mpd", "changes at 3"),
];

/// `tests/resources/dash` of streamlink.
const STREAMLINK: &[(&str, &str)] = &[
    ("test_1.mpd", "live"),
    ("test_10.mpd", "live"),
    ("test_11_static.mpd", "video 35, audio - 35"),
    (
        "test_2.mpd",
        "video 445, audio en_stereo 449, audio no-voices_stereo 449, audio en_surround 449, subtitles en 1, subtitles de 1, subtitles es 1, subtitles fr 1",
    ),
    ("test_3.mpd", "live"),
    ("test_8.mpd", "video 731, audio de 914"),
    ("test_9.mpd", "live"),
    ("test_attribute_namespaces.mpd", "protected: PlayReady"),
    // its only period begins behind the end of everything
    ("test_baseurl_nested.mpd", "video 2, audio eng 2"),
    ("test_baseurl_scheme_mismatch.mpd", "video 2"),
    // the second period leads to another folder
    ("test_baseurl_urljoin.mpd", "changes at 1"),
    ("test_dynamic_no_publish_time_timeline_with_start.mpd", "live"),
    ("test_dynamic_no_publish_time_timeline_without_start.mpd", "live"),
    ("test_dynamic_segment_list_no_duration.mpd", "live"),
    ("test_dynamic_segment_list_p1.mpd", "live"),
    ("test_dynamic_segment_list_p2.mpd", "live"),
    ("test_dynamic_segment_list_p3.mpd", "live"),
    ("test_dynamic_segment_list_p4.mpd", "live"),
    ("test_dynamic_segment_list_p5.mpd", "live"),
    ("test_dynamic_timeline_continued_p1.mpd", "live"),
    ("test_dynamic_timeline_continued_p2.mpd", "live"),
    ("test_location_scheme_mismatch.mpd", "video 2"),
    (
        "test_no_segment_list_or_template.mpd",
        "video 1, audio en 1, audio fr 1, without subtitles",
    ),
    ("test_period_selection.mpd", "live"),
    ("test_segment_list.mpd", "video 10"),
    ("test_segment_scheme_mismatch.mpd", "video 2"),
    ("test_segments_byterange.mpd", "video 5, audio - 5"),
    ("test_segments_dynamic_number.mpd", "live"),
    ("test_static_no_publish_time.mpd", "video 43, audio en 43"),
    ("test_suggested_presentation_delay.mpd", "live"),
    ("test_timeline_gap.mpd", "video 4"),
    ("test_timeline_ids.mpd", "live"),
];

#[test]
fn every_manifest_of_others_becomes_what_the_tables_say() {
    assert_table("mpd-parser-1.4.0/test/manifests", MPD_PARSER);
    assert_table("dash-mpd-0.21.0/tests/fixtures", DASH_MPD);
    assert_table("streamlink-8.6.3/tests/resources/dash", STREAMLINK);
}

/// Where mpd-parser expects something else, and why. `+` is only here, `-` is only there.
const DIFFERENCES: &[(&str, &[&str])] = &[
    // It gives every file and list an init, the base itself, where the manifest names none.
    (
        "608-captions.mpd",
        &["- https://www.example.com/1080p.ts all init"],
    ),
    (
        "708-captions.mpd",
        &["- https://www.example.com/1080p.ts all init"],
    ),
    ("location.mpd", &["- https://www.example.com/1080p.ts all init"]),
    ("locations.mpd", &["- https://www.example.com/1080p.ts all init"]),
    (
        "segmentBase.mpd",
        &["- https://www.example.com/1080p.ts all init"],
    ),
    (
        "multiperiod-segment-list.mpd",
        &["- https://www.example.com/base all init"],
    ),
    // The same, and it cuts a list of ten segments at the end of the period; all that is listed is kept here.
    (
        "segmentList.mpd",
        &[
            "+ https://www.example.com/low/segment-10.ts all 1000 ms",
            "+ https://www.example.com/low/segment-7.ts all 1000 ms",
            "+ https://www.example.com/low/segment-8.ts all 1000 ms",
            "+ https://www.example.com/low/segment-9.ts all 1000 ms",
            "- https://www.example.com/base all init",
        ],
    ),
    // It reads live streams as they stand at one moment.
    (
        "multiperiod-dynamic.mpd",
        &["this is a live stream; only streams with an end can become a file"],
    ),
    (
        "multiperiod-startnumber-removed-periods.mpd",
        &["this is a live stream; only streams with an end can become a file"],
    ),
    (
        "multiperiod-startnumber.mpd",
        &["this is a live stream; only streams with an end can become a file"],
    ),
    // It fills `$Number$` in for inits, which the standard forbids (5.3.9.4.4).
    (
        "multiperiod.mpd",
        &["line 122 of the playlist cannot be read: an initialization with a number"],
    ),
];

#[test]
fn segments_are_the_ones_that_mpd_parser_expects() {
    for path in manifests("mpd-parser-1.4.0/test/manifests") {
        let json = fs::read_to_string(path.with_extension("json")).unwrap();
        let mut theirs = Vec::new();
        expected::segments(&serde_json::from_str(&json).unwrap(), &mut theirs);
        let theirs: BTreeSet<String> = theirs.into_iter().collect();
        let found = match all_segments(&fs::read_to_string(&path).unwrap()) {
            Ok(ours) => {
                let more = ours.difference(&theirs).map(|line| format!("+ {line}"));
                more.chain(theirs.difference(&ours).map(|line| format!("- {line}")))
                    .collect()
            }
            Err(refusal) => vec![refusal.to_string()],
        };
        let known = DIFFERENCES.iter().find(|(file, _)| *file == name(&path));
        assert_eq!(
            found,
            known.map_or(&[][..], |(_, lines)| lines),
            "{}",
            name(&path)
        );
    }
}

/// Every representation of every period, protected or not, as the expectations write it.
fn all_segments(text: &str) -> Result<BTreeSet<String>, StreamRefusal> {
    let root = xml::read(text)?;
    let periods = periods(&root, &url())?;
    let budget = Cell::new(MAX_ADDRESS_BYTES);
    let mut found = BTreeSet::new();
    let offered: Vec<_> = periods.iter().map(Period::offers).collect::<Result<_, _>>()?;
    for offer in offered.iter().flatten() {
        let source = source(offer, &budget)?;
        if let Start::Init(init) = source.head()?.start {
            found.insert(format!("{} {} init", init.url, shown(init.range)));
        }
        for piece in source.media()? {
            let millis = piece.duration.as_secs_f64() * 1_000.0;
            found.insert(format!("{} {} {millis:.0} ms", piece.url, shown(piece.range)));
        }
    }
    Ok(found)
}

fn shown(range: Option<PieceRange>) -> String {
    range.map_or_else(
        || "all".to_owned(),
        |range| format!("{}+{}", range.offset, range.length),
    )
}
