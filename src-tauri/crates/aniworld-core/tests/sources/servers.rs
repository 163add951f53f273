//! One tree of awkward names, listed by nginx, Caddy and Apache.

use std::fs;
use std::path::Path;

use aniworld_core::source::{AssetSize, Completeness, Listing, Net};
use aniworld_testkit::servers::{Apache, AutoIndex, Caddy, Nginx, NginxOptions};
use tempfile::TempDir;

use crate::{keys, read};

/// Names that must be found, one episode each, in the order of their keys.
const FOUND: [&str; 9] = [
    "Night Trains/Season 01/Night Trains - S01E01 - a&b <c> \"q\" 'x'.mkv",
    "Night Trains/Season 01/Night Trains - S01E02 - #1 100% ?.mkv",
    "Night Trains/Season 01/Night Trains - S01E03 - %2e%2e%2fetc.mkv",
    "Night Trains/Season 01/Night Trains - S01E04 - semi;colon,plus+.MKV",
    "Night Trains/Season 01/Night Trains - S01E05 - VeryLongTitleThatGoesOnForMoreThanFiftyCharactersForSure.mkv",
    "Night Trains/Season 02/Night Trains - S02E01 - 進撃 Ünï.mkv",
    "Night Trains/Specials/Night Trains - S00E01 - Party.mkv",
    "Other: Show/1x01.webm",
    "Other: Show/1x02.webm",
];

fn file(root: &Path, name: impl AsRef<Path>) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, vec![7_u8; 12_345]).unwrap();
}

/// The names above, and beside them everything that is no episode. One name is no UTF-8.
fn tree() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for name in FOUND {
        file(root.path(), name);
    }
    file(root.path(), "Night Trains/Season 01/new\nline S01E06.mkv");
    file(root.path(), "Night Trains/Season 01/control\u{1} S01E07.mkv");
    file(root.path(), "Night Trains/Season 01/.Night Trains - S01E08.mkv");
    file(root.path(), "Night Trains/Season 01/Night Trains - S01E01.srt");
    file(root.path(), "Night Trains/?C=N;O=D");
    file(root.path(), "Empty/readme.txt");
    let status = std::process::Command::new("sh")
        .args([
            "-c",
            "printf x > \"$(printf 'Other: Show/1x03 caf\\351.webm')\" && ln -s . 'Night Trains/loop'",
        ])
        .current_dir(root.path())
        .status();
    assert!(status.unwrap().success());
    root
}

async fn listing(url: &str) -> Listing {
    read(&Net::new(), url).await.unwrap().1
}

/// The episodes of [`FOUND`] and the one that is no UTF-8, its key escaped the way the server does.
#[track_caller]
fn assert_found(listing: &Listing, bad_byte: Option<&str>) {
    let mut wanted = FOUND.to_vec();
    wanted.extend(bad_byte);
    assert_eq!(keys(listing), wanted);
    let titles: Vec<_> = listing
        .series
        .iter()
        .map(|series| series.title.as_str())
        .collect();
    assert_eq!(titles, ["Night Trains", "Other: Show"]);
}

fn sizes(listing: &Listing) -> Vec<AssetSize> {
    listing.series[0]
        .episodes
        .iter()
        .map(|episode| episode.asset.size)
        .collect()
}

/// Every address that was made leads to the file it stands for.
async fn assert_fetchable(listing: &Listing) {
    let net = Net::new();
    for episode in listing.series.iter().flat_map(|series| &series.episodes) {
        let got = net
            .fetch(&episode.asset.url, "*/*", 1 << 20)
            .await
            .map(|document| document.bytes.len());
        let wanted = if episode.key.contains("1x03") { 1 } else { 12_345 };
        assert_eq!(got, Ok(wanted), "{}", episode.key);
    }
}

#[tokio::test]
async fn nginx_in_json() {
    let tree = tree();
    let server = Nginx::start(
        tree.path(),
        NginxOptions {
            gzip: true,
            ..NginxOptions::json()
        },
    )
    .unwrap();
    let listing = listing(server.url()).await;
    // The address of a name that is no UTF-8 cannot be made from JSON, and that is told.
    assert_found(&listing, None);
    assert!(matches!(listing.completeness, Completeness::Partial { .. }));
    assert!(
        sizes(&listing)
            .iter()
            .all(|size| *size == AssetSize::Exact(12_345))
    );
    assert_fetchable(&listing).await;
}

#[tokio::test]
async fn nginx_in_html() {
    let tree = tree();
    let server = Nginx::start(tree.path(), NginxOptions::html()).unwrap();
    let listing = listing(server.url()).await;
    assert_found(&listing, Some("Other: Show/1x03%20caf%E9.webm"));
    assert_eq!(listing.completeness, Completeness::Complete);
    assert!(
        sizes(&listing)
            .iter()
            .all(|size| *size == AssetSize::Exact(12_345))
    );
    assert_fetchable(&listing).await;
}

#[tokio::test]
async fn nginx_with_rounded_sizes() {
    let tree = tree();
    let options = NginxOptions {
        autoindex: AutoIndex::HtmlRounded,
        ..NginxOptions::html()
    };
    let server = Nginx::start(tree.path(), options).unwrap();
    let listing = listing(server.url()).await;
    assert!(
        sizes(&listing)
            .iter()
            .all(|size| *size == AssetSize::Approx(12 << 10)),
        "{:?}",
        sizes(&listing)
    );
}

#[tokio::test]
async fn caddy() {
    let tree = tree();
    let server = Caddy::start(tree.path()).unwrap();
    let listing = listing(server.url()).await;
    assert_found(&listing, Some("Other: Show/1x03%20caf%E9.webm"));
    assert_eq!(listing.completeness, Completeness::Complete);
    assert!(
        sizes(&listing)
            .iter()
            .all(|size| *size == AssetSize::Exact(12_345))
    );
    assert_fetchable(&listing).await;
}

#[tokio::test]
async fn apache_in_tables() {
    let tree = tree();
    let server = Apache::fancy(tree.path()).unwrap();
    let listing = listing(server.url()).await;
    assert_found(&listing, Some("Other: Show/1x03%20caf%e9.webm"));
    assert!(
        sizes(&listing)
            .iter()
            .all(|size| matches!(size, AssetSize::Approx(12_000..=12_400)))
    );
    assert_fetchable(&listing).await;
}

#[tokio::test]
async fn apache_in_plain_lists() {
    let tree = tree();
    let server = Apache::plain(tree.path()).unwrap();
    let listing = listing(server.url()).await;
    assert_found(&listing, Some("Other: Show/1x03%20caf%e9.webm"));
    assert!(sizes(&listing).iter().all(|size| *size == AssetSize::Unknown));
    assert_fetchable(&listing).await;
}

#[tokio::test]
async fn a_single_season_folder_of_a_real_server() {
    let tree = tree();
    let server = Nginx::start(tree.path(), NginxOptions::json()).unwrap();
    let listing = listing(&format!("{}Night%20Trains", server.url())).await;
    assert_eq!(listing.series.len(), 1);
    assert_eq!(
        (listing.series[0].title.as_str(), listing.series[0].episodes.len()),
        ("Night Trains", 7)
    );
}

#[tokio::test]
async fn a_folder_without_a_listing_says_why() {
    let tree = tree();
    let options = NginxOptions {
        autoindex: AutoIndex::Off,
        ..NginxOptions::json()
    };
    let server = Nginx::start(tree.path(), options).unwrap();
    let error = read(&Net::new(), server.url()).await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("403"), "{error}");
    fs::write(
        tree.path().join("index.html"),
        "<html><body>Welcome</body></html>",
    )
    .unwrap();
    let error = read(&Net::new(), server.url()).await.map(|_| ()).unwrap_err();
    assert!(
        error.to_string().contains("neither a folder listing nor a feed"),
        "{error}"
    );
}
