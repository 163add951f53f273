//! Forms and what they must be read as. One row per form.

use proptest::prelude::*;

use super::{folder_season, folder_title, parse};
use crate::{Confidence, EpisodeNumber};

/// Season and number as text: `1 2`, `- 12`, or `unsure`.
fn read(path: &str) -> String {
    match parse(path).numbering() {
        None => "unsure".to_owned(),
        Some(n) => format!(
            "{} {}",
            n.season.map_or_else(|| "-".to_owned(), |s| s.to_string()),
            n.number
        ),
    }
}

fn assert_reads(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(path, expected)| read(path) != *expected)
        .map(|(path, expected)| format!("{path}: expected {expected}, read {:?}", parse(path)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn season_and_episode_in_letters() {
    assert_reads(&[
        ("Night Trains - S01E02 - Departure.mkv", "1 2"),
        ("night.trains.s1e2.720p.mkv", "1 2"),
        ("Night_Trains_S01_E02.mkv", "1 2"),
        ("Night Trains S01 E02.mkv", "1 2"),
        ("Night Trains S01 - E02.mkv", "1 2"),
        ("Night Trains S01.E02.mkv", "1 2"),
        ("Night Trains S01EP02.mkv", "1 2"),
        ("Night Trains S01x02.mkv", "1 2"),
        ("Night Trains S2024E0129.mkv", "2024 129"),
        ("S01E02.mkv", "1 2"),
        ("Night Trains - S00E03 - Making of.mkv", "0 3"),
        ("Night Trains S01E02v2 [1080p].mkv", "1 2"),
    ]);
}

#[test]
fn several_episodes_in_one_file() {
    assert_reads(&[
        ("Show S01E01-E02.mkv", "1 1-2"),
        ("Show S01E01E02.mkv", "1 1-2"),
        ("Show.S01E01.E02.mkv", "1 1-2"),
        ("Show S01E01-03.mkv", "1 1-3"),
        ("Show S01E01-S01E02.mkv", "1 1-2"),
        ("Show S01E01 - E02 - Title.mkv", "1 1-2"),
        ("Show 1x01-02.mkv", "1 1-2"),
        ("Show 1x01x02.mkv", "1 1-2"),
        ("Show 1x01-1x02.mkv", "1 1-2"),
        ("Show.1x01.1x02.720p.mkv", "1 1-2"),
        ("Show - 1x01 - 1x02 - Title.mkv", "1 1-2"),
        ("Show S01E01E03.mkv", "unsure"), // holds 1 and 3, which no single number says
    ]);
}

#[test]
fn what_stands_behind_an_episode_is_no_episode() {
    assert_reads(&[
        ("Show.S01E05-720p.mkv", "1 5"),
        ("Show.S01E05.x264.mkv", "1 5"),
        ("Show.S01E05-x264.mkv", "1 5"),
        ("Show.S01E05.5.1.AAC.mkv", "1 5"),
        ("Show.S01E05.1080p.mkv", "1 5"),
        ("Show S01E01 - 24 Hours.mkv", "1 1"),
        ("Show S01E01-E999999.mkv", "1 1"),
        ("Show 1x05-x264.mkv", "1 5"),
    ]);
}

#[test]
fn decimals() {
    assert_reads(&[
        ("Show - S01E09.5 - Recap.mkv", "1 9.5"),
        ("Show - S01E09.10.mkv", "1 9.10"),
        ("Show.S01E09.5.1080p.mkv", "1 9.5"),
        ("[Group] Show - 09.5 [1080p].mkv", "- 9.5"),
    ]);
}

#[test]
fn crosses_and_picture_sizes() {
    assert_reads(&[
        ("Show 1x02.mkv", "1 2"),
        ("Show.01x02.Title.mkv", "1 2"),
        ("2x5.mkv", "2 5"),
        ("Show 10x102.mkv", "10 102"),
        ("Show 1920x1080.mkv", "unsure"),
        ("Show 1920x800.mkv", "unsure"),
        ("Show 720x480.mkv", "unsure"),
        ("Show 16x9.mkv", "unsure"),
        ("Show 4x3.mkv", "unsure"),
        ("Show 4x03.mkv", "4 3"),
        ("Show 2008x12.13.mkv", "unsure"),
        ("Show 2008x12.mkv", "2008 12"),
    ]);
}

#[test]
fn words() {
    assert_reads(&[
        ("Show Season 1 Episode 2.mkv", "1 2"),
        ("Show - Season 1, Episode 2 - Title.mkv", "1 2"),
        ("Serie Staffel 2 Folge 3.mkv", "2 3"),
        ("Dizi Sezon 2 Bölüm 3.mkv", "2 3"),
        ("Show Episode 12.mkv", "- 12"),
        ("Show Ep. 12.mkv", "- 12"),
        ("Show.E12.720p.mkv", "- 12"),
        ("Folge 3.mkv", "- 3"),
        ("Season 2/Episode 3.mkv", "2 3"),
        ("Show Season 2 - Ep 3.mkv", "2 3"),
        ("The Recap 12.mkv", "unsure"),
    ]);
}

#[test]
fn days() {
    assert_reads(&[
        ("Daily - 2024-02-29 - Title.mkv", "- 2024-02-29"),
        ("Daily.2024.02.29.720p.mkv", "- 2024-02-29"),
        ("Daily 2023-02-29.mkv", "unsure"),
        ("Daily/Season 2024/Daily - 2024-02-28.mkv", "2024 2024-02-28"),
    ]);
}

#[test]
fn counted_over_the_series() {
    assert_reads(&[
        ("[Group] Show - 12 [ABCD1234].mkv", "- 12"),
        ("[Group] Show - 1071 (1080p).mkv", "- 1071"),
        ("[Group]_Show_-_12v2_[720p].mkv", "- 12"),
        ("[Group] Show - 01-12 [Batch].mkv", "- 1-12"),
        ("[Group] Show S2 - 07 [1080p].mkv", "2 7"),
        ("[Group] Show 2nd Season - 03.mkv", "2 3"),
        ("Show - 012 - Title.mkv", "- 12"),
        ("Season 2/[Group] Show - 05.mkv", "2 5"),
    ]);
}

#[test]
fn folders_say_the_season() {
    assert_reads(&[
        ("Show/Season 01/02 - Title.mkv", "1 2"),
        ("Show/Season 1/02.mkv", "1 2"),
        (r"D:\TV\Show\Staffel 2\02 - Title.mkv", "2 2"),
        ("Show/S02/Show 03.mkv", "2 3"),
        ("Show/Specials/01 - Title.mkv", "0 1"),
        ("Show/Season 00/Show - E01.mkv", "0 1"),
        ("Show/Season 1/Show S02E03.mkv", "2 3"), // the name itself is closer to the file
        ("Show/Season 1/Show - 1923.mkv", "unsure"),
        ("Show/02 - Title.mkv", "unsure"),
    ]);
}

#[test]
fn doubtful_numbers_are_no_episodes() {
    for path in [
        "the.mentalist.501.hdtv.mkv",
        "Show 105.mkv",
        "Apollo - 13 (1995).mkv",
        "Blade Runner 2049 (2017) 1080p x264.mkv",
        "Movie.2009.2in1.1080p.DD5.1.x264.mkv",
        "Show - 2012.mkv",
        "12.mkv",
        "Show.S01.1080p.mkv",
        "[Group] Show - OVA 2 [1080p].mkv",
        "",
        "....",
    ] {
        assert_eq!(read(path), "unsure", "{path}: {:?}", parse(path));
        let parsed = parse(path);
        assert!(
            parsed.episodes.is_empty() && parsed.absolute.is_empty(),
            "{path}: {parsed:?}"
        );
    }
}

#[test]
fn titles() {
    for (path, series, title) in [
        (
            "Night Trains - S01E02 - Departure.mkv",
            Some("Night Trains"),
            Some("Departure"),
        ),
        (
            "Night.Trains.S01E02.The.Departure.720p.x264-GRP.mkv",
            Some("Night Trains"),
            Some("The Departure"),
        ),
        (
            "[Group] Night Trains - 12 [1080p].mkv",
            Some("Night Trains"),
            None,
        ),
        (
            "Night Trains (1962) [tvdbid-1]/Season 01/S01E02.mkv",
            Some("Night Trains (1962)"),
            None,
        ),
        (
            "Night Trains Season 2/02 - Title.mkv",
            Some("Night Trains"),
            Some("Title"),
        ),
        ("TV/Night Trains/Specials/01.mkv", Some("Night Trains"), None),
        ("S01E02 - Title - v2.mkv", None, Some("Title")),
    ] {
        let parsed = parse(path);
        assert_eq!(
            (parsed.series.as_deref(), parsed.title.as_deref()),
            (series, title),
            "{path}"
        );
    }
}

#[test]
fn packs_versions_and_specials() {
    assert_eq!(parse("Show.S01-S03.1080p").seasons, [1, 2, 3]);
    assert_eq!(parse("Show Season 1-3").seasons, [1, 2, 3]);
    assert_eq!(parse("Show.S02.1080p").season, Some(2));
    assert_eq!(parse("Show - S01E02 - Title - v2.mkv").version, Some(2));
    assert_eq!(parse("[G] Show - 02v3 [720p].mkv").version, Some(3));
    assert!(parse("[G] Show - OVA 2.mkv").is_special);
    assert!(parse("Show - S00E02.mkv").is_special);
    assert!(!parse("Special Forces - S01E02.mkv").is_special);
}

#[test]
fn the_evidence_names_rule_and_token() {
    let parsed = parse("Show/Season 02/Show - S02E03.mkv");
    let evidence: Vec<_> = parsed
        .evidence
        .iter()
        .map(|e| (e.rule, e.token.as_str()))
        .collect();
    assert_eq!(
        evidence,
        [("season_episode", "S02E03"), ("season_folder", "Season 02")]
    );
    assert_eq!(parsed.confidence, Confidence::Certain);
}

#[test]
fn folders_by_themselves() {
    for (folder, season, title) in [
        ("Season 02", Some(2), None),
        ("Specials", Some(0), None),
        ("Staffel 3", Some(3), None),
        ("Night.Trains.S02.1080p", Some(2), Some("Night Trains")),
        (
            "Night Trains (1962) [tvdbid-7]",
            None,
            Some("Night Trains (1962)"),
        ),
        ("Night.Trains", None, Some("Night Trains")),
        ("24", None, Some("24")),
    ] {
        assert_eq!(
            (folder_season(folder), folder_title(folder).as_deref()),
            (season, title),
            "{folder}"
        );
    }
}

proptest! {
    #[test]
    fn any_text_is_read(path in "\\PC*") {
        let _ = parse(&path).numbering();
    }

    #[test]
    fn name_like_text_is_read(path in "[sSeExX0-9 ._\\-\\[\\]()/vöか]{0,40}") {
        let parsed = parse(&path);
        prop_assert!(parsed.episodes.len() <= 1000);
        for number in &parsed.episodes {
            let one = matches!(number, EpisodeNumber::Single(_) | EpisodeNumber::Decimal { .. });
            prop_assert!(one, "{path}: {number}");
        }
    }

    #[test]
    fn explicit_numbers_are_read(season in 0u32..10_000, episode in 0u32..10_000, lower: bool, sep in "[ ._]") {
        let token = format!("S{season:02}E{episode:02}");
        let token = if lower { token.to_lowercase() } else { token };
        let path = format!("Some{sep}Show{sep}{token}{sep}1080p.mkv");
        prop_assert_eq!(read(&path), format!("{season} {episode}"));
    }
}
