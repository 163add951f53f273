//! How documents are fetched: bounds, redirects, credentials.

use aniworld_core::source::{Net, SourceError};
use url::Url;

use crate::canned::{Canned, ok, status, to};

const ANY: &str = "*/*";

fn at(server: &Canned, path: &str) -> Url {
    Url::parse(&server.url).unwrap().join(path).unwrap()
}

/// 10 MB of zeros in 10 kB.
const BOMB: &[u8] = include_bytes!("../fixtures/zeros.gz");

#[tokio::test]
async fn the_bound_counts_bytes_after_decompression() {
    let fields = "Content-Encoding: gzip\r\n";
    let server = Canned::start(|_| vec![("/bomb", status("200 OK", fields, BOMB))]).await;
    let url = at(&server, "bomb");
    let error = Net::new().fetch(&url, ANY, 1 << 20).await.unwrap_err();
    assert_eq!(
        error,
        SourceError::TooLarge {
            url: url.to_string(),
            limit_bytes: 1 << 20
        }
    );
    let whole = Net::new().fetch(&url, ANY, 10_000_000).await.unwrap();
    assert_eq!(whole.bytes.len(), 10_000_000);
}

#[tokio::test]
async fn only_permanent_redirects_are_worth_remembering() {
    let server = Canned::start(|_| {
        vec![
            ("/old", to(301, "/new")),
            ("/new", to(302, "/today")),
            ("/today", to(308, "/end")),
            ("/end", ok("Text/Plain; Charset=\"latin1\"", b"caf\xe9")),
        ]
    })
    .await;
    let document = Net::new().fetch(&at(&server, "old"), ANY, 100).await.unwrap();
    assert_eq!(
        (document.final_url.path(), document.permanent_url.path()),
        ("/end", "/new")
    );
    assert_eq!(document.content_type.as_deref(), Some("text/plain"));
    assert_eq!(document.text(), "café");
}

#[tokio::test]
async fn redirects_end_after_five_and_stay_on_the_web() {
    let server = Canned::start(|_| {
        vec![
            ("/0", to(302, "/1")),
            ("/1", to(302, "/2")),
            ("/2", to(302, "/3")),
            ("/3", to(302, "/4")),
            ("/4", to(302, "/5")),
            ("/5", ok("text/plain", "five")),
            ("/loop", to(302, "/loop")),
            ("/file", to(302, "file:///etc/passwd")),
        ]
    })
    .await;
    let net = Net::new();
    assert_eq!(
        net.fetch(&at(&server, "0"), ANY, 100).await.unwrap().bytes,
        b"five"
    );
    for path in ["loop", "file"] {
        let url = at(&server, path);
        let error = net.fetch(&url, ANY, 100).await.unwrap_err();
        assert_eq!(error, SourceError::Redirects { url: url.to_string() });
    }
}

#[tokio::test]
async fn credentials_go_to_their_origin_and_nowhere_else() {
    let other = Canned::start(|_| vec![("/b", ok("text/plain", "b"))]).await;
    let elsewhere = format!("{}b", other.url);
    let server = Canned::start(|_| vec![("/a", to(302, "/same")), ("/same", to(302, &elsewhere))]).await;
    let mut url = at(&server, "a");
    url.set_username("ann").unwrap();
    url.set_password(Some("pw")).unwrap();
    Net::new().fetch(&url, ANY, 100).await.unwrap();
    let basic = "authorization: basic yw5uonb3";
    let heads = server.heads();
    assert_eq!(heads.len(), 2);
    assert!(
        heads.iter().all(|head| head.to_ascii_lowercase().contains(basic)),
        "{heads:?}"
    );
    assert!(!other.heads()[0].to_ascii_lowercase().contains("authorization"));
    assert!(heads[0].contains("Aniworld/"), "the user agent names the program");
}

#[tokio::test]
async fn errors_never_tell_a_secret() {
    let server = Canned::start(|_| vec![]).await;
    let mut url = at(&server, "x?token=hidden");
    url.set_username("ann").unwrap();
    url.set_password(Some("hidden")).unwrap();
    let missing = Net::new().fetch(&url, ANY, 100).await.unwrap_err();
    drop(server);
    let closed = Net::new().fetch(&url, ANY, 100).await.unwrap_err();
    for error in [missing, closed] {
        let text = format!("{error} {error:?}");
        assert!(!text.contains("hidden") && !text.contains("ann"), "{text}");
    }
}
