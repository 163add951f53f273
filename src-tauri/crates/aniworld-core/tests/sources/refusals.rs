//! What cannot be read: each row an address and the error that names it.

use aniworld_core::source::{Net, SourceError};
use aniworld_testkit::servers::{Nginx, NginxOptions};

use crate::canned::{Canned, ok, status};
use crate::read;

async fn server() -> Canned {
    Canned::start(|_| {
        let listing = r#"[{"name":"..%2fetc","type":"directory","mtime":"x"},{"name":"a/b.mkv","type":"file","mtime":"x"}]"#;
        vec![
            ("/page", ok("text/html", "<html><body>Welcome</body></html>")),
            ("/empty.xml", ok("text/xml", "<rss><channel><title>T</title></channel></rss>")),
            ("/nothing", ok("text/xml", "")),
            ("/cut.xml", ok("text/xml", "<rss><channel><item><title>on")),
            ("/emptied/", ok("application/json", "[]")),
            ("/evil/", ok("application/json", listing)),
            ("/object.json", ok("application/json", r#"{"hello":"world"}"#)),
            ("/broken.json", ok("application/json", r#"[{"name":"#)),
            ("/busy", status("503 Busy", "Retry-After: 1\r\n", b"")),
            ("/bad.gz", status("200 OK", "Content-Encoding: gzip\r\n", b"this is no gzip")),
        ]
    })
    .await
}

#[tokio::test]
async fn each_failure_has_its_own_name() {
    let server = server().await;
    let net = Net::new();
    let error = async |path: &str| {
        let address = format!("{}{path}", server.url);
        read(&net, &address)
            .await
            .map(|(candidate, _)| candidate)
            .unwrap_err()
    };
    let url = |path: &str| format!("{}{path}", server.url);
    assert_eq!(
        error("gone").await,
        SourceError::HttpStatus {
            status: 404,
            url: url("gone")
        }
    );
    assert_eq!(
        error("busy").await,
        SourceError::HttpStatus {
            status: 503,
            url: url("busy")
        }
    );
    assert_eq!(error("page").await, SourceError::NotAListing { url: url("page") });
    for empty in ["empty.xml", "nothing", "emptied/"] {
        assert_eq!(error(empty).await, SourceError::Empty { url: url(empty) });
    }
    for broken in ["cut.xml", "object.json", "broken.json", "bad.gz"] {
        assert!(
            matches!(error(broken).await, SourceError::BadData { .. }),
            "{broken}"
        );
    }
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_never_followed() {
    let server = server().await;
    let failed = read(&Net::new(), &format!("{}evil/", server.url)).await;
    assert!(failed.is_err());
    let asked: Vec<_> = server
        .heads()
        .iter()
        .map(|head| head.split(' ').nth(1).unwrap().to_owned())
        .collect();
    assert!(
        !asked
            .iter()
            .any(|path| path.contains("etc") && !path.contains("%25")),
        "{asked:?}"
    );
}

#[tokio::test]
async fn a_closed_port_is_no_connection() {
    let server = server().await;
    let url = server.url.clone();
    drop(server);
    let error = read(&Net::new(), &url).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, SourceError::Connect { host, .. } if host == "127.0.0.1"));
}

#[tokio::test]
async fn a_host_without_an_address_is_unknown() {
    // `.invalid` is reserved: nobody can ever have it.
    let error = read(&Net::new(), "http://nobody.invalid/")
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        error,
        SourceError::HostUnknown {
            host: "nobody.invalid".to_owned()
        }
    );
}

#[tokio::test]
async fn plain_http_behind_https_is_no_safe_connection() {
    let folder = tempfile::tempdir().unwrap();
    let server = Nginx::start(folder.path(), NginxOptions::json()).unwrap();
    let error = read(&Net::new(), &server.url().replace("http://", "https://"))
        .await
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(error, SourceError::Tls { .. }), "{error:?}");
}
