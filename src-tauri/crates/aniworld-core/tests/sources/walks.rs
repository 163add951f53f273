//! Readings that take several requests: folders that fail, feeds with pages.

use aniworld_core::source::{Completeness, Net, SourceKind};

use crate::canned::{Canned, ok, status};
use crate::{keys, read};

fn listing(names: &[&str]) -> Vec<u8> {
    let links: Vec<_> = names
        .iter()
        .map(|name| format!("<a href=\"{name}\">{name}</a>"))
        .collect();
    ok(
        "text/html",
        format!("<h1>Index of</h1><a href='../'>up</a>{}", links.concat()),
    )
}

#[tokio::test]
async fn one_failing_folder_leaves_the_others() {
    let server = Canned::start(|_| {
        vec![
            ("/tv/", listing(&["A/", "B/", "C/", "D/"])),
            ("/tv/A/", listing(&["S01E01.mkv"])),
            ("/tv/B/", status("500 Broken", "", b"")),
            ("/tv/C/", ok("text/html", "<html>Our new web page</html>")),
            ("/tv/D/", listing(&["S01E01.mkv", "..%2fS01E02.mkv"])),
        ]
    })
    .await;
    let (_, listing) = read(&Net::new(), &format!("{}tv/", server.url)).await.unwrap();
    assert_eq!(keys(&listing), ["A/S01E01.mkv", "D/S01E01.mkv"]);
    assert_eq!(
        listing.completeness,
        Completeness::Partial {
            what: "2 of 5 folders".to_owned()
        }
    );
    assert_eq!(listing.warnings.len(), 3, "{:?}", listing.warnings);
}

#[tokio::test]
async fn a_source_whose_every_folder_fails_names_the_failure() {
    let server = Canned::start(|_| vec![("/tv/", listing(&["A/"]))]).await;
    let error = read(&Net::new(), &format!("{}tv/", server.url))
        .await
        .map(|_| ())
        .unwrap_err();
    assert!(error.to_string().contains("404"), "{error}");
}

#[tokio::test]
async fn a_folder_behind_a_permanent_redirect_is_stored_where_it_is() {
    let server = Canned::start(|_| {
        vec![
            ("/tv", crate::canned::to(301, "/new/tv/")),
            ("/new/tv/", listing(&["Night%20Trains%20-%20S01E01.mkv"])),
        ]
    })
    .await;
    let (candidate, listing) = read(&Net::new(), &format!("{}tv", server.url)).await.unwrap();
    assert_eq!(
        (candidate.kind, candidate.url.path(), candidate.name.as_str()),
        (SourceKind::Directory, "/new/tv/", "tv")
    );
    assert_eq!(listing.series[0].title, "Night Trains");
}

fn feed_page(guids: &[u32], next: &str, complete: &str) -> Vec<u8> {
    let items: Vec<_> = guids
        .iter()
        .map(|n| format!("<item><title>S01E{n:02}</title><guid>{n}</guid><enclosure url='/{n}.mp4' type='video/mp4'/></item>"))
        .collect();
    let text = format!(
        "<rss xmlns:fh='http://purl.org/syndication/history/1.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel>\
         <title>T</title>{complete}<atom:link rel='next' href='{next}'/>{items}</channel></rss>",
        items = items.concat()
    );
    ok("application/rss+xml", text)
}

#[tokio::test]
async fn pages_are_followed_and_shifted_items_counted_once() {
    let server = Canned::start(|_| {
        vec![
            ("/f", feed_page(&[4, 3], "?page=2", "")),
            ("/f?page=2", feed_page(&[3, 2], "?page=3", "")),
            ("/f?page=3", feed_page(&[1], "?page=2", "")),
        ]
    })
    .await;
    let (_, listing) = read(&Net::new(), &format!("{}f", server.url)).await.unwrap();
    assert_eq!(keys(&listing), ["1", "2", "3", "4"]);
    assert_eq!(listing.completeness, Completeness::Window);
    assert_eq!(server.heads().len(), 4, "one to look, three to read, none twice");
}

#[tokio::test]
async fn a_missing_page_is_told() {
    let server = Canned::start(|_| vec![("/f", feed_page(&[1], "?page=2", ""))]).await;
    let (_, listing) = read(&Net::new(), &format!("{}f", server.url)).await.unwrap();
    assert_eq!(keys(&listing), ["1"]);
    assert!(matches!(listing.completeness, Completeness::Partial { .. }));
}

#[tokio::test]
async fn a_feed_that_is_complete_has_no_further_pages() {
    let server = Canned::start(|_| vec![("/f", feed_page(&[1], "?page=2", "<fh:complete/>"))]).await;
    let (_, listing) = read(&Net::new(), &format!("{}f", server.url)).await.unwrap();
    assert_eq!(listing.completeness, Completeness::Complete);
}

#[tokio::test]
async fn a_page_names_its_feed_and_the_feed_is_read() {
    let server = Canned::start(|_| {
        let page = "<html><head><link rel='alternate' type='application/rss+xml' href='/f' title='Videos'></head></html>";
        vec![("/", ok("text/html", page)), ("/f", feed_page(&[1], "/f", ""))]
    })
    .await;
    let (candidate, listing) = read(&Net::new(), &server.url).await.unwrap();
    assert_eq!(
        (candidate.kind, candidate.name.as_str()),
        (SourceKind::Feed, "Videos")
    );
    assert_eq!(keys(&listing), ["1"]);
}
