//! What an address turns out to be, judged from answers.

use super::*;

fn candidates(url: &str, text: &str) -> Result<Vec<Candidate>, SourceError> {
    recognise(&Document::of(url, text))
}

fn as_address(input: &str) -> Option<String> {
    address_in(input).ok().map(String::from)
}

#[test]
fn an_address_is_completed_the_way_it_was_meant() {
    let cases = [
        (" https://h.example/a ", "https://h.example/a"),
        ("h.example/a", "https://h.example/a"),
        ("h.example:8080", "https://h.example:8080/"),
        ("localhost:8080/x", "http://localhost:8080/x"),
        ("192.168.1.2", "http://192.168.1.2/"),
        ("[::1]:80/x", "http://[::1]/x"),
        ("nas.local/tv", "http://nas.local/tv"),
        ("HTTP://H.example", "http://h.example/"),
        ("http://ann:pw@h.example/", "http://ann:pw@h.example/"),
        ("http://h.example/with space/", "http://h.example/with%20space/"),
    ];
    for (input, wanted) in cases {
        assert_eq!(as_address(input).as_deref(), Some(wanted), "{input}");
    }
}

#[test]
fn nonsense_is_refused_before_any_request() {
    for input in [
        "",
        " ",
        "hello",
        "hello world",
        "not a url",
        "ftp://h.example/",
        "file:///etc/passwd",
        "mailto:a@h.example",
        "javascript:alert(1)",
        "magnet:?xt=urn",
        "http://",
        "https:///",
        "/home/user",
        "C:\\Videos",
        "..",
        "-",
        "h.example:port",
        "http://[",
        "s01e02",
    ] {
        assert_eq!(
            address_in(input),
            Err(SourceError::InvalidUrl(input.trim().to_owned())),
            "{input}"
        );
    }
}

#[test]
fn a_listing_gets_its_slash_and_the_name_of_its_folder() {
    let found = candidates("http://h/Night%20Trains", "<h1>Index of</h1><a href='x.mkv'>").unwrap();
    let url = Url::parse("http://h/Night%20Trains/").unwrap();
    assert_eq!(
        found,
        [Candidate {
            kind: SourceKind::Directory,
            name: "Night Trains".to_owned(),
            url
        }]
    );
}

#[test]
fn a_feed_is_known_by_its_shape() {
    let rss = candidates(
        "http://h/f",
        "<?xml version='1.0'?>\n<!-- c --><rss><channel><title>T</title></channel></rss>",
    )
    .unwrap();
    assert_eq!(
        (rss[0].kind, rss[0].name.as_str(), rss[0].url.path()),
        (SourceKind::Feed, "T", "/f")
    );
    let json = candidates(
        "http://h/f",
        r#"{"version":"https://jsonfeed.org/version/1","items":[]}"#,
    )
    .unwrap();
    assert_eq!((json[0].kind, json[0].name.as_str()), (SourceKind::Feed, "h"));
}

#[test]
fn a_web_page_offers_the_feeds_that_it_names() {
    let page = "<html><head><link rel=alternate type='application/rss+xml' href='/rss' title='All'>\
        <link rel='alternate' type='application/atom+xml' href='https://o/atom'><link rel=alternate hreflang=de href='/de'>\
        <link rel=stylesheet href='/x.css'><link rel=alternate type='application/rss+xml' href='/rss'></head>";
    let found = candidates("http://h/blog/", page).unwrap();
    let rows: Vec<_> = found
        .iter()
        .map(|one| (one.name.as_str(), one.url.as_str()))
        .collect();
    assert_eq!(rows, [("All", "http://h/rss"), ("o", "https://o/atom")]);
}

#[test]
fn what_cannot_be_read_is_told_apart() {
    let url = || "http://h/x".to_owned();
    let read = |text: &str| candidates("http://h/x", text).unwrap_err();
    assert_eq!(
        read("<html><body>Hello</body></html>"),
        SourceError::NotAListing { url: url() }
    );
    assert_eq!(read("just text"), SourceError::NotAListing { url: url() });
    assert_eq!(read("  "), SourceError::Empty { url: url() });
    assert!(matches!(
        read("<rss><channel><item><title>x"),
        SourceError::BadData { .. }
    ));
    assert!(matches!(read("{\"a\""), SourceError::BadData { .. }));
}
