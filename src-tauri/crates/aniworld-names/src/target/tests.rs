//! The names we write, and that we read them back.

use proptest::prelude::*;

use super::{FILE_BYTES, episode_path, serie_folder};
use crate::{EpisodeNumber, parse};

fn path(number: &str, version: u32, title: Option<&str>) -> String {
    let number: EpisodeNumber = number.parse().unwrap();
    episode_path(
        "Night Trains (1962)",
        "Night Trains",
        1,
        &number,
        version,
        title,
        "mkv",
    )
}

#[test]
fn the_usual_names() {
    assert_eq!(
        path("2", 1, Some("Departure")),
        "Night Trains (1962)/Season 01/Night Trains - S01E02 - Departure.mkv"
    );
    assert_eq!(
        path("2", 1, None),
        "Night Trains (1962)/Season 01/Night Trains - S01E02.mkv"
    );
    assert_eq!(
        path("2-3", 1, None),
        "Night Trains (1962)/Season 01/Night Trains - S01E02-E03.mkv"
    );
    assert_eq!(
        path("9.5", 2, Some("Recap")),
        "Night Trains (1962)/Season 01/Night Trains - S01E09.5 - Recap - v2.mkv"
    );
    assert_eq!(
        path("2024-02-29", 1, Some("Leap")),
        "Night Trains (1962)/Season 01/Night Trains - 2024-02-29 - Leap.mkv"
    );
    let special = episode_path("A", "A", 0, &EpisodeNumber::Single(1), 1, None, "mp4");
    assert_eq!(special, "A/Season 00/A - S00E01.mp4");
}

#[test]
fn dangerous_characters_and_names() {
    for (title, folder) in [
        ("Trains: The Night", "Trains - The Night"),
        ("../../etc/passwd", "-..-etc-passwd"),
        (r"..\..\x", r"-..-x"),
        ("AC/DC?*<>|\"x\"", "AC-DC-'x'"),
        ("CON", "_CON"),
        ("nul.tar", "_nul.tar"),
        ("..", "Untitled"),
        (" . ", "Untitled"),
        ("a\u{202e}b\u{0}c\u{200b}", "abc"),
        ("End. . ", "End"),
        ("line\nbreak", "line break"),
        ("e\u{301}", "é"),
    ] {
        assert_eq!(serie_folder(title), folder, "{title:?}");
    }
}

#[test]
fn a_title_that_looks_like_a_number_does_not_mislead() {
    let number = EpisodeNumber::Single(2);
    let odd = episode_path("S03E05", "S03E05", 1, &number, 1, Some("T"), "mkv");
    assert_eq!(odd, "S03E05/Season 01/S01E02 - T.mkv");
    let date: EpisodeNumber = "2024-02-29".parse().unwrap();
    let odd = episode_path("A", "A", 1, &date, 1, Some("Recap of S01E05"), "mkv");
    assert_eq!(odd, "A/Season 01/A - 2024-02-29.mkv");
}

#[test]
fn long_names_leave_room_for_the_part_file() {
    let long = "ö".repeat(400);
    let path = episode_path(&long, &long, 1, &EpisodeNumber::Single(2), 2, Some(&long), "mkv");
    for component in path.split('/') {
        assert!(component.len() <= FILE_BYTES, "{}", component.len());
    }
    assert!(path.contains("S01E02") && path.ends_with("… - v2.mkv"), "{path}");
}

fn any_number() -> impl Strategy<Value = EpisodeNumber> {
    prop_oneof![
        (0u32..10_000).prop_map(EpisodeNumber::Single),
        (0u32..10_000, "[0-9]{1,2}").prop_map(|(whole, fraction)| EpisodeNumber::Decimal { whole, fraction }),
        (0u32..5_000, 1u32..100).prop_map(|(first, more)| EpisodeNumber::Range {
            first,
            last: first + more
        }),
        (1900u16..2200, 1u8..13, 1u8..29).prop_map(|(year, month, day)| EpisodeNumber::Date {
            year,
            month,
            day
        }),
    ]
}

/// Foreign titles, and ones made of the letters that numbers are made of.
fn any_title() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,300}",
        "[sSeExX0-9 ._:/\\-\\[\\]()v]{0,30}",
        "[A-Z][a-z]{2,8}( [A-Z][a-z]{2,8}){0,3}"
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        series in any_title(), title in proptest::option::of(any_title()), season in 0u32..10_000,
        number in any_number(), version in 1u32..5,
    ) {
        let path = episode_path(&series, &series, season, &number, version, title.as_deref(), "mkv");
        let parsed = parse(&path);
        let numbering = parsed.numbering();
        prop_assert_eq!(numbering.as_ref().and_then(|n| n.season), Some(season), "{}", path);
        prop_assert_eq!(numbering.map(|n| n.number), Some(number), "{}", path);
        prop_assert_eq!(parsed.version.unwrap_or(1), version, "{}", path);
    }

    #[test]
    fn every_component_is_safe(series in any_title(), title in any_title(), number in any_number()) {
        let path = episode_path(&series, &series, 1, &number, 1, Some(&title), "m/../kv");
        let components: Vec<&str> = path.split('/').collect();
        prop_assert_eq!(components.len(), 3);
        for component in components {
            prop_assert!(!component.is_empty() && component.len() <= FILE_BYTES);
            prop_assert!(!component.starts_with('.') && !component.ends_with(['.', ' ']));
            prop_assert!(!component.contains(['<', '>', ':', '"', '\\', '|', '?', '*']));
            prop_assert!(!component.chars().any(char::is_control));
        }
    }

    #[test]
    fn a_safe_folder_stays_as_it_is(title in any_title()) {
        let folder = serie_folder(&title);
        prop_assert_eq!(serie_folder(&folder), folder);
    }
}
