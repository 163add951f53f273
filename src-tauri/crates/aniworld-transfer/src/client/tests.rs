//! The client against real sockets: proxies and certificates.

use aniworld_testkit::fault::{FaultServer, Script};

use super::*;

#[tokio::test]
async fn a_proxy_serves_far_hosts_and_never_this_computer() {
    let proxy = FaultServer::start(Script::new(*b"by the proxy")).unwrap();
    let server = FaultServer::start(Script::new(*b"direct")).unwrap();
    let at = proxy.url("");
    let variable = |name: &str| (name == "HTTP_PROXY").then(|| at.clone());
    let client = client_in(
        &ClientOptions::default(),
        Protocols::Http1,
        &Arc::default(),
        &variable,
    )
    .unwrap();
    let get = async |url: &str| client.get(url).send().await.unwrap().text().await.unwrap();
    assert_eq!(get("http://library.example/a").await, "by the proxy");
    assert_eq!(get(&server.url("/a")).await, "direct");
    assert_eq!(proxy.requests()[0].path, "http://library.example/a");
}

#[test]
fn certificates_that_are_none_are_named() {
    let options = ClientOptions {
        extra_root_pem: Some(b"not a certificate".to_vec()),
        ..ClientOptions::default()
    };
    let error = client(&options, Protocols::Http1, &Arc::default()).unwrap_err();
    assert!(matches!(error, TransferError::Tls { .. }), "{error:?}");
}
