//! The rules of the standard one by one, with manifests of our own.

use url::Url;

use super::outcome;
use crate::dash::plan;
use crate::hls::{Languages, StreamChoice};
use crate::stream::{PieceRole, StreamRefusal};

fn url() -> Url {
    Url::parse("https://host/show/manifest.mpd").unwrap()
}

/// A manifest of one minute with these sets in its only period.
fn minute(sets: &str) -> String {
    format!(r#"<MPD mediaPresentationDuration="PT60S"><Period>{sets}</Period></MPD>"#)
}

/// A manifest of one minute with one picture, addressed like this.
fn picture(addressing: &str) -> String {
    minute(&format!(
        r#"<AdaptationSet mimeType="video/mp4"><Representation id="v" bandwidth="900">{addressing}</Representation></AdaptationSet>"#
    ))
}

/// The addresses of the first track, from behind the host, with their ranges.
fn addresses(text: &str) -> Result<Vec<String>, StreamRefusal> {
    let stream = plan(text, &url(), &StreamChoice::default())?;
    let pieces = stream.plan.tracks[0].pieces.iter();
    Ok(pieces
        .map(|piece| {
            let address = piece.url.as_str().trim_start_matches("https://host/show/");
            piece.range.map_or_else(
                || address.to_owned(),
                |range| format!("{address}@{}+{}", range.offset, range.length),
            )
        })
        .collect())
}

fn template(attributes: &str, timeline: &str) -> String {
    picture(&format!(
        r#"<SegmentTemplate media="$Number$-$Time$" {attributes}>{timeline}</SegmentTemplate>"#
    ))
}

fn listed(attributes: &str, entries: &str) -> Result<Vec<String>, StreamRefusal> {
    addresses(&template(
        attributes,
        &format!("<SegmentTimeline>{entries}</SegmentTimeline>"),
    ))
}

#[test]
fn segments_of_one_length_cover_the_period() {
    for (attributes, count, last) in [
        (r#"duration="20""#, 3, "3-40"),
        (r#"duration="25""#, 3, "3-50"),
        (r#"duration="25" startNumber="0""#, 3, "2-50"),
        (r#"duration="25" startNumber="7" endNumber="8""#, 2, "8-25"),
        (r#"duration="60""#, 1, "1-0"),
        (r#"duration="61""#, 1, "1-0"),
        // 60 s are 59.9995 s and a rest that nobody wrote a segment for
        (r#"duration="599995" timescale="10000""#, 1, "1-0"),
        // neither a length nor a timeline: the only one
        ("", 1, "1-0"),
    ] {
        let found = addresses(&template(attributes, "")).unwrap();
        assert_eq!(
            (found.len(), found.last().unwrap().as_str()),
            (count, last),
            "{attributes}"
        );
    }
}

#[test]
fn a_timeline_repeats_leaps_and_ends() {
    for (attributes, entries, wanted) in [
        (
            "",
            r#"<S t="5" d="10" r="1"/><S d="3"/>"#,
            &["1-5", "2-15", "3-25"][..],
        ),
        // a gap: times leap, numbers do not
        ("", r#"<S d="10"/><S t="30" d="10"/>"#, &["1-0", "2-30"]),
        (
            "",
            r#"<S d="10" r="-1"/><S t="25" d="10"/>"#,
            &["1-0", "2-10", "3-20", "4-25"],
        ),
        ("", r#"<S d="25" r="-1"/>"#, &["1-0", "2-25", "3-50"]),
        (
            r#"presentationTimeOffset="100""#,
            r#"<S t="100" d="25" r="-1"/>"#,
            &["1-100", "2-125", "3-150"],
        ),
        (r#"endNumber="2""#, r#"<S d="10" r="5"/>"#, &["1-0", "2-10"]),
    ] {
        assert_eq!(listed(attributes, entries).unwrap(), wanted, "{entries}");
    }
}

#[test]
fn a_timeline_that_contradicts_itself_is_refused() {
    for entries in [
        "",
        "<S/>",
        r#"<S d="0"/>"#,
        r#"<S d="-1"/>"#,
        r#"<S d="10" r="-1"/><S d="10"/>"#,
        r#"<S t="10" d="10"/><S t="5" d="10"/>"#,
        r#"<S t="18446744073709551615" d="10"/>"#,
        r#"<S d="18446744073709551615" r="2"/>"#,
        r#"<S t="x" d="10"/>"#,
    ] {
        assert!(listed("", entries).is_err(), "{entries}");
    }
}

#[test]
fn attributes_of_a_template_come_from_the_nearest_level() {
    let text = r#"<MPD mediaPresentationDuration="PT20S"><Period>
        <SegmentTemplate timescale="10" duration="100" startNumber="5" initialization="period-$Bandwidth$"/>
        <AdaptationSet mimeType="video/mp4">
          <SegmentTemplate media="$RepresentationID$-$Number%03d$.m4s" initialization="set-$RepresentationID$"/>
          <Representation id="v 1" bandwidth="900"><SegmentTemplate startNumber="8"/></Representation>
        </AdaptationSet></Period></MPD>"#;
    assert_eq!(
        addresses(text).unwrap(),
        ["set-v%201", "v%201-008.m4s", "v%201-009.m4s"]
    );
}

#[test]
fn a_list_may_leave_out_addresses_and_ranges() {
    let text = picture(
        r#"<BaseURL>one.mp4</BaseURL><SegmentList duration="30"><Initialization range="0-99"/>
           <SegmentURL mediaRange="100-199"/><SegmentURL media="two.m4s"/>
           <SegmentURL media="three.m4s" mediaRange="5-5"/></SegmentList>"#,
    );
    assert_eq!(
        addresses(&text).unwrap(),
        ["one.mp4@0+100", "one.mp4@100+100", "two.m4s", "three.m4s@5+1"]
    );
    let without_base = picture(r#"<SegmentList><SegmentURL mediaRange="0-1"/></SegmentList>"#);
    assert!(addresses(&without_base).is_err());
}

#[test]
fn one_file_is_fetched_whole_with_or_without_an_index() {
    for base in [
        "",
        r#"<SegmentBase indexRange="800-900"><Initialization range="0-799"/></SegmentBase>"#,
    ] {
        let found = addresses(&picture(&format!(
            "<BaseURL>film.mp4?a=1&amp;b=2</BaseURL>{base}"
        )));
        assert_eq!(found.unwrap(), ["film.mp4?a=1&b=2"]);
    }
    let apart =
        r#"<BaseURL>film.mp4</BaseURL><SegmentBase><Initialization sourceURL="init.mp4"/></SegmentBase>"#;
    assert_eq!(addresses(&picture(apart)).unwrap(), ["init.mp4", "film.mp4"]);
    // without an address it would be the manifest itself, or a folder
    assert!(addresses(&picture("")).is_err());
    assert!(addresses(&picture("<BaseURL>folder/</BaseURL>")).is_err());
}

#[test]
fn the_base_is_resolved_level_by_level_and_only_the_web_is_asked() {
    let text = r#"<MPD mediaPresentationDuration="PT1S"><BaseURL>file:///etc/</BaseURL>
        <BaseURL>https://mirror/</BaseURL><Period><BaseURL>p/</BaseURL>
        <AdaptationSet mimeType="video/mp4"><BaseURL>/s/</BaseURL>
        <Representation id="v"><BaseURL>v.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>"#;
    assert_eq!(addresses(text).unwrap(), ["https://mirror/s/v.mp4"]);
    for address in [
        "file:///etc/passwd",
        "data:video/mp4,x",
        "ftp://host/a",
        "http://[",
    ] {
        let list = format!(r#"<SegmentList><SegmentURL media="{address}"/></SegmentList>"#);
        for text in [picture(&list), picture(&format!("<BaseURL>{address}</BaseURL>"))] {
            let refusal = addresses(&text).unwrap_err().to_string();
            assert!(!refusal.contains("passwd"), "{refusal}");
        }
    }
}

/// Two periods of ten seconds with the same representation, each with its own attributes.
fn two_periods(first: &str, second: &str, entries: [&str; 2]) -> String {
    let period = |attributes: &str, entries: &str| {
        format!(
            r#"<Period duration="PT10S"><AdaptationSet mimeType="video/mp4"><Representation id="v">
            <SegmentTemplate media="$Time$" {attributes}><SegmentTimeline>{entries}</SegmentTimeline>
            </SegmentTemplate></Representation></AdaptationSet></Period>"#
        )
    };
    format!(
        "<MPD>{}{}</MPD>",
        period(first, entries[0]),
        period(second, entries[1])
    )
}

#[test]
fn periods_go_on_in_one_file_where_init_and_clock_do() {
    let init = r#"initialization="i""#;
    let later = r#"initialization="i" presentationTimeOffset="10""#;
    let text = two_periods(init, later, [r#"<S d="5" r="1"/>"#, r#"<S t="10" d="5" r="1"/>"#]);
    assert_eq!(addresses(&text).unwrap(), ["i", "0", "5", "10", "15"]);
    let stream = plan(&text, &url(), &StreamChoice::default()).unwrap();
    let pieces = &stream.plan.tracks[0].pieces;
    let sequences: Vec<u64> = pieces.iter().map(|piece| piece.sequence).collect();
    assert_eq!(sequences, [0, 0, 1, 2, 3]);
    assert_eq!(pieces[0].role, PieceRole::Init);
    // a segment that crosses the border stands in both periods
    let text = two_periods(init, later, [r#"<S d="6" r="1"/>"#, r#"<S t="6" d="6" r="1"/>"#]);
    assert_eq!(addresses(&text).unwrap(), ["i", "0", "6", "12"]);
}

#[test]
fn periods_that_do_not_go_on_are_refused() {
    let init = r#"initialization="i""#;
    let entries = [r#"<S d="5" r="1"/>"#, r#"<S t="10" d="5" r="1"/>"#];
    for second in [
        // another encoding, then a clock that starts anew
        r#"initialization="j" presentationTimeOffset="10""#,
        init,
        r#"presentationTimeOffset="10""#,
    ] {
        let refusal = addresses(&two_periods(init, second, entries)).unwrap_err();
        assert_eq!(refusal, StreamRefusal::InitChanges { sequence: 2 }, "{second}");
    }
}

#[test]
fn what_is_no_plain_film_is_refused_in_words() {
    let set = r#"<AdaptationSet mimeType="video/mp4"><Representation><BaseURL>a.mp4</BaseURL></Representation></AdaptationSet>"#;
    let trick = set.replace(
        "<Representation>",
        r#"<EssentialProperty schemeIdUri="http://dashif.org/guidelines/trickmode"/><Representation>"#,
    );
    for (text, wanted) in [
        (minute(set), "video 1"),
        (minute(set).replace("<MPD", r#"<MPD type="dynamic""#), "live"),
        (
            minute(set).replace("<Representation>", "<Representation><ContentProtection/>"),
            "protected: Common Encryption",
        ),
        (
            minute(set).replace(
                "<Period>",
                r#"<ContentProtection schemeIdUri="urn:uuid:EDEF8BA9-79D6-4ACE-A3C8-27DCD51D21ED"/><Period>"#,
            ),
            "protected: Widevine",
        ),
        (minute(&format!("{set}{trick}")), "video 1"),
        (
            minute(&trick),
            "this stream holds nothing to fetch: neither a picture nor sound is offered in a way that is understood",
        ),
        (
            minute(&set.replace("video/mp4", "image/jpeg")),
            "this stream holds nothing to fetch: neither a picture nor sound is offered in a way that is understood",
        ),
        (
            minute(set).replace("<Period>", r#"<Period xlink:href="https://host/p.xml">"#),
            "this stream needs something that is not supported: a manifest in several documents (xlink)",
        ),
        (
            minute(&format!(
                r#"<AdaptationSet xlink:href="urn:mpeg:dash:resolve-to-zero:2013"/>{set}"#
            )),
            "video 1",
        ),
        (
            format!("<!DOCTYPE MPD [<!ENTITY a \"aaaa\">]>{}", minute(set)),
            "this stream needs something that is not supported: a manifest with a document type",
        ),
        (
            minute(set).replace("a.mp4", "&a;"),
            "line 1 of the playlist cannot be read: the manifest uses an entity that XML does not know",
        ),
        (
            "<html></html>".to_owned(),
            "line 1 of the playlist cannot be read: this is no DASH manifest",
        ),
        (
            String::new(),
            "line 1 of the playlist cannot be read: this is no DASH manifest",
        ),
    ] {
        assert_eq!(outcome(&text, &url()), wanted, "{text}");
    }
}

/// Sets of all kinds; each representation is one file named like its id.
fn many() -> String {
    let set = |attributes: &str, inside: &str, ids: &[(&str, &str)]| {
        let all: Vec<String> = ids
            .iter()
            .map(|(id, more)| {
                format!(r#"<Representation id="{id}" {more}><BaseURL>{id}</BaseURL></Representation>"#)
            })
            .collect();
        let all = all.concat();
        format!("<AdaptationSet {attributes}>{inside}{all}</AdaptationSet>")
    };
    let role = |value: &str| format!(r#"<Role schemeIdUri="urn:mpeg:dash:role:2011" value="{value}"/>"#);
    minute(
        &[
            set(
                r#"contentType="audio" lang="en""#,
                &role("commentary"),
                &[("comment", r#"bandwidth="9""#)],
            ),
            set(
                r#"contentType="audio" lang="en""#,
                &role("dub"),
                &[("en-low", r#"bandwidth="1""#), ("en-high", r#"bandwidth="2""#)],
            ),
            set(r#"mimeType="audio/mp4" lang="ja""#, &role("main"), &[("ja", "")]),
            set(r#"contentType="audio" lang="deu""#, "", &[("de", "")]),
            set(
                r#"mimeType="video/mp4""#,
                "",
                &[
                    ("240", r#"height="240" bandwidth="1""#),
                    ("720-a", r#"height="720" bandwidth="5""#),
                    ("720-b", r#"height="720" bandwidth="5""#),
                    ("480", r#"height="480" bandwidth="9""#),
                ],
            ),
            set(
                r#"mimeType="video/mp4""#,
                &role("sign"),
                &[("sign", r#"height="999""#)],
            ),
            set(r#"mimeType="text/vtt" lang="de""#, "", &[("de.vtt", "")]),
            set(
                r#"mimeType="application/mp4" lang="en""#,
                "",
                &[("stpp", r#"codecs="stpp""#)],
            ),
        ]
        .concat(),
    )
}

#[test]
fn the_best_that_is_wanted_is_chosen() {
    let these = |all: &[&str]| Languages::These(all.iter().map(|one| (*one).to_owned()).collect());
    for (max_height, audio, subtitles, wanted) in [
        (None, Languages::Default, Languages::None, "720-a ja"),
        (Some(719), Languages::None, Languages::Default, "480 ja"),
        (Some(100), Languages::Default, these(&["fr"]), "240 ja"),
        (None, these(&["de"]), these(&["ger"]), "720-a ja de de.vtt"),
        (None, these(&["en", "fr"]), Languages::None, "720-a ja en-high"),
        (None, Languages::All, Languages::All, "720-a ja en-high de de.vtt"),
    ] {
        let choice = StreamChoice {
            max_height,
            audio,
            subtitles,
        };
        let stream = plan(&many(), &url(), &choice).unwrap();
        let files: Vec<&str> = stream
            .plan
            .tracks
            .iter()
            .filter_map(|track| track.pieces[0].url.path_segments()?.next_back())
            .collect();
        assert_eq!(files.join(" "), wanted, "{choice:?}");
        let left_out = usize::from(choice.subtitles == Languages::All);
        assert_eq!(
            stream.left_out.len(),
            left_out,
            "only the kind that cannot be put into a file"
        );
    }
}

#[test]
fn a_picture_with_sound_inside_needs_none_beside_it() {
    let text = minute(
        r#"<AdaptationSet mimeType="video/mp4"><Representation codecs="avc1.64001F,mp4a.40.2"><BaseURL>av</BaseURL></Representation></AdaptationSet>
           <AdaptationSet mimeType="audio/mp4" lang="de"><Representation><BaseURL>de</BaseURL></Representation></AdaptationSet>"#,
    );
    let stream = plan(&text, &url(), &StreamChoice::default()).unwrap();
    assert_eq!(stream.plan.tracks.len(), 1);
    assert_eq!(outcome(&text, &url()), "video 1, audio de 1");
}
