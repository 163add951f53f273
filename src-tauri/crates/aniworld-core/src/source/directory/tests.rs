//! Listings of every server that is known, from captures and by hand.

use proptest::prelude::*;

use super::page::{NoPage, Page};
use crate::source::AssetSize::{self, Approx, Exact, Unknown};
use crate::source::document::Document;

const SEASON: &str = "http://h/Show%20One/Season%2001/";
const LONG: &str =
    "Show.One.S01E02-E03.1080p.WEB.x264-VeryLongReleaseGroupNameThatExceedsFiftyCharactersForSure.mkv";

fn page(url: &str, file: &str) -> Page {
    Page::read(&Document::fixture(url, &format!("listings/{file}"))).unwrap()
}

fn names(page: &Page) -> Vec<&str> {
    let mut names: Vec<_> = page.entries.iter().map(|entry| entry.name.as_str()).collect();
    names.sort_unstable();
    names
}

/// Reads the season folder as a server lists it: all names but the one with a line break, which is
/// refused, and the sizes of the pilot and of the thousand-byte file.
#[track_caller]
fn assert_season(file: &str, pilot: AssetSize, small: AssetSize) {
    let page = page(SEASON, file);
    let pilot_name = "Show One - S01E01 - Pilot.mkv";
    let odd = "a&b <c> \"q\" 'x' #1 100% ?.mkv";
    assert_eq!(
        names(&page),
        [pilot_name, LONG, odd, "back\\slash;semi:colon+plus.mkv"],
        "{file}"
    );
    assert_eq!(page.warnings.len(), 1, "{file}: {:?}", page.warnings);
    let size = |name: &str| {
        page.entries
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.size)
    };
    assert_eq!(
        (size(pilot_name), size(odd)),
        (Some(pilot), Some(small)),
        "{file}"
    );
}

#[test]
fn every_server_lists_the_same_season() {
    assert_season("nginx-1.22.json", Exact(123_456), Exact(1000));
    assert_season("nginx-1.22-html.html", Exact(123_456), Approx(1000));
    assert_season("nginx-1.22-html-inexact.html", Approx(121 << 10), Approx(1000));
    assert_season("caddy-2.6.2.json", Exact(123_456), Exact(1000));
    assert_season("caddy-2.6.2.html", Exact(123_456), Exact(1000));
    assert_season("apache-2.4.71-fancy.html", Approx(121 << 10), Approx(1 << 10));
    assert_season("apache-2.4.71-plain.html", Unknown, Unknown);
    assert_season("lighttpd-1.4.69.html", Approx(123_392), Approx(921));
    assert_season("python-3.11-http.server.html", Unknown, Unknown);
    assert_season("npm-http-server-14.html", Unknown, Unknown);
    assert_season("npm-serve-14.json", Unknown, Unknown);
}

#[test]
fn servers_for_sharing_are_read_by_the_same_rules() {
    for (file, pilot) in [
        ("rclone-1.60.html", Exact(123_456)),
        ("wsgidav-4.4.html", Exact(123_456)),
    ] {
        let page = page(SEASON, file);
        let found = page
            .entries
            .iter()
            .find(|entry| entry.name == "Show One - S01E01 - Pilot.mkv");
        assert_eq!(found.map(|entry| entry.size), Some(pilot), "{file}");
        assert!(names(&page).contains(&LONG), "{file}");
    }
}

#[test]
fn a_server_that_escapes_nothing_still_lists_what_can_be_told() {
    assert_eq!(
        names(&page(SEASON, "npm-serve-14.html")),
        ["Show One - S01E01 - Pilot.mkv", LONG]
    );
}

#[test]
fn folders_are_told_from_files() {
    let page = page("http://h/", "nginx-1.22-root.json");
    let folders: Vec<_> = page
        .entries
        .iter()
        .filter(|entry| entry.folder)
        .map(|entry| &entry.name)
        .collect();
    assert_eq!(folders, ["Show One", "empty", "link", "Ünïcode Sérîe 進撃の巨人"]);
    assert!(
        page.entries
            .iter()
            .all(|entry| entry.url.path().ends_with('/') == entry.folder)
    );
    let big = page.entries.iter().find(|entry| entry.name == "big.mkv").unwrap();
    assert_eq!(big.size, Exact(5_368_709_120));
}

/// The names of the folder `odd` that can be used, without the one that is no UTF-8.
const ODD: [&str; 7] = [
    " lead space.mkv",
    "%2e%2e%2fetc.mkv",
    "-lead.mkv",
    "?C=N;O=D",
    "a%20b.mkv",
    "http:evil.mkv",
    "javascript:alert.mkv",
];

#[test]
fn odd_names_are_taken_word_for_word_and_dangerous_ones_are_not() {
    for file in [
        "nginx-1.22-odd.html",
        "apache-2.4.71-odd.html",
        "caddy-2.6.2-odd.json",
    ] {
        let page = page("http://h/odd/", file);
        let names = names(&page);
        for odd in ODD {
            assert!(names.contains(&odd), "{file}: {odd} in {names:?}");
        }
        assert!(names.contains(&"caf\u{fffd}.mkv"), "{file}");
        assert!(!names.iter().any(|name| name.contains('\u{1}')), "{file}");
        assert_eq!(page.warnings.len(), 1, "{file}: the control character");
        assert!(!page.incomplete);
        let bad_byte = page
            .entries
            .iter()
            .find(|entry| entry.name.starts_with("caf"))
            .unwrap();
        assert_eq!(
            bad_byte.url.path().to_ascii_lowercase(),
            "/odd/caf%e9.mkv",
            "{file}"
        );
        assert_eq!(bad_byte.key.to_ascii_lowercase(), "caf%e9.mkv", "{file}");
    }
}

#[test]
fn one_bad_byte_costs_one_name_of_nginx_and_says_so() {
    let page = page("http://h/odd/", "nginx-1.22-odd-nonutf8.json");
    assert_eq!(names(&page), ODD);
    assert!(page.incomplete);
    assert_eq!(page.warnings.len(), 2, "the bad byte and the control character");
}

#[test]
fn a_base_element_moves_the_links() {
    let text = "<h1>Index of</h1><base href='/a/b/'><a href='x.mkv'>x</a><a href='/a/y.mkv'>y</a>";
    let page = Page::read(&Document::of("http://h/a/b/", text)).unwrap();
    assert_eq!(names(&page), ["x.mkv"]);
}

#[test]
fn scripts_and_comments_hold_no_links() {
    let text =
        "<h1>Index of /</h1><script>'<a href=\"s.mkv\">'</script><!-- <a href='c.mkv'> --><a href='x.mkv'>";
    assert_eq!(
        names(&Page::read(&Document::of("http://h/", text)).unwrap()),
        ["x.mkv"]
    );
}

#[test]
fn a_row_with_two_links_is_one_entry() {
    let text = "<h1>Index of /</h1><tr><td><a href='x.mkv'><img></a><td><a href='x.mkv'>x</a><td>1.0M</tr>";
    assert_eq!(
        Page::read(&Document::of("http://h/", text))
            .unwrap()
            .entries
            .len(),
        1
    );
}

#[test]
fn a_web_page_is_no_listing() {
    for text in [
        "<html><body>Hello <a href='about.html'>about</a> <a href='blog/'>blog</a>",
        "plain text",
        " ",
    ] {
        let read = Page::read(&Document::of("http://h/", text));
        assert_eq!(read.err(), Some(NoPage::WebPage), "{text}");
    }
}

#[test]
fn a_page_of_videos_is_a_listing_whoever_wrote_it() {
    let page = Page::read(&Document::of(
        "http://h/",
        "<ul><li><a href=x.MKV>an episode</a></ul>",
    ))
    .unwrap();
    assert_eq!(names(&page), ["x.MKV"]);
}

#[test]
fn a_listing_is_cut_at_its_bound() {
    use std::fmt::Write;
    let mut text = "<h1>Index of /</h1>".to_owned();
    for n in 0..=super::page::MAX_ENTRIES {
        let _ = write!(text, "<a href='{n}.mkv'>");
    }
    let page = Page::read(&Document::of("http://h/", text)).unwrap();
    assert_eq!((page.entries.len(), page.truncated), (20_000, Some(20_000)));
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Page::read(&Document::of("http://h/a/", bytes));
    }

    #[test]
    fn no_page_breaks_the_reader(parts in proptest::collection::vec(part(), 0..30)) {
        if let Ok(page) = Page::read(&Document::of("http://h/a/", parts.concat())) {
            for entry in &page.entries {
                prop_assert!(entry.url.as_str().starts_with("http://h/a/"), "{}", entry.url);
                prop_assert!(!entry.name.contains('/') && !entry.name.chars().any(char::is_control));
            }
        }
    }
}

/// A piece of a listing, real or nearly so.
fn part() -> impl Strategy<Value = String> {
    const FIXED: &[&str] = &[
        "<h1>Index of /</h1>",
        "<a href=\"",
        "<a href='x.mkv'>",
        "</a> 12345 ",
        "<tr>",
        "</tr>",
        "<base href='//o/'>",
        "\"",
        "..%2f",
        "%00",
        "?C=N",
        "&amp;",
        "[{\"name\":\"",
        "\",\"type\":\"file\",\"mtime\":\"\"}]",
        "}",
        "{",
        "]",
        "data-order='9",
        "1.5G",
        "\u{202e}",
        "\\",
    ];
    prop_oneof![
        proptest::sample::select(FIXED).prop_map(str::to_owned),
        "\\PC{0,6}"
    ]
}
