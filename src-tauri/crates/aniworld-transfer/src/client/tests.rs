//! The client against real sockets: proxies and certificates.

use aniworld_testkit::fault::{FaultServer, Script};
use aniworld_testkit::proxy::{Passed, ProxyServer, Way};
use aniworld_testkit::tls::{self, Flaw, TlsServer};

use tokio::io::AsyncWriteExt;

use super::*;
use crate::http::{Asking, Sender, Web};

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

/// A proxy with a login, in front of a server.
fn proxied(login: Option<(&str, &str)>) -> (FaultServer, ProxyServer) {
    let server = FaultServer::start(Script::new(*b"the file")).unwrap();
    let address = server.url("").trim_start_matches("http://").parse().unwrap();
    let proxy = ProxyServer::start(address, login).unwrap();
    (server, proxy)
}

fn by(proxy: &str) -> ClientOptions {
    ClientOptions {
        proxy: ProxyChoice::Url(proxy.parse().unwrap()),
        ..ClientOptions::default()
    }
}

/// What the engine makes of `http://library.example/a` by way of a proxy.
async fn fetch(proxy: &str) -> Result<String, TransferError> {
    let url = "http://library.example/a".parse().unwrap();
    let sender = Sender {
        origin: &url,
        headers: &[],
        patience: Duration::from_secs(20),
    };
    let web = Web::new(&by(proxy))?;
    let reply = web.get(&url, &sender, &Asking::default()).await?;
    Ok(reply.response.text().await.unwrap())
}

/// What curl makes of the same: it proves the proxy of these tests.
fn curl(proxy: &str) -> std::process::Output {
    std::process::Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--fail",
            "--max-time",
            "20",
            "--proxy",
            proxy,
        ])
        .arg("http://library.example/a")
        .output()
        .expect("this test needs curl")
}

#[tokio::test]
async fn every_kind_of_proxy_is_spoken_to() {
    for (scheme, way) in [("http", Way::Http), ("socks5h", Way::Socks5)] {
        for login in [None, Some(("ann", "p@ss word"))] {
            let (_server, proxy) = proxied(login);
            let at = proxy.url(scheme, login.map_or("", |_| "ann:p%40ss%20word"));
            let output = curl(&at);
            assert_eq!(output.stdout, b"the file", "{output:?}");
            assert_eq!(fetch(&at).await.unwrap(), "the file");
            let passed = Passed {
                by: way,
                target: if way == Way::Http {
                    "library.example"
                } else {
                    "library.example:80"
                }
                .to_owned(),
                login: login.map(|(user, password)| (user.to_owned(), password.to_owned())),
                let_through: true,
            };
            // the client asks with its login at once, or after it was told to, as curl does
            let log: Vec<Passed> = proxy
                .passed()
                .into_iter()
                .filter(|seen| seen.let_through)
                .collect();
            assert_eq!(log, [passed.clone(), passed], "{scheme}");
        }
    }
}

/// What the engine makes of an https address, with an authority to trust.
async fn fetch_safely(url: &str, options: ClientOptions) -> Result<String, TransferError> {
    let url = url.parse().unwrap();
    let sender = Sender {
        origin: &url,
        headers: &[],
        patience: Duration::from_secs(20),
    };
    let reply = Web::new(&options)?.get(&url, &sender, &Asking::default()).await?;
    Ok(reply.response.text().await.unwrap())
}

fn trusting(root_pem: &str) -> ClientOptions {
    ClientOptions {
        extra_root_pem: Some(root_pem.as_bytes().to_vec()),
        ..ClientOptions::default()
    }
}

#[tokio::test]
async fn a_tunnel_carries_a_safe_connection_by_every_kind_of_proxy() {
    let server = TlsServer::start(Flaw::None).unwrap();
    for (scheme, way) in [("http", Way::Connect), ("socks5h", Way::Socks5)] {
        let proxy = ProxyServer::start(server.address(), Some(("ann", "pw"))).unwrap();
        let options = ClientOptions {
            proxy: by(&proxy.url(scheme, "ann:pw")).proxy,
            ..trusting(server.root_pem())
        };
        let text = fetch_safely("https://library.example/a", options).await.unwrap();
        assert_eq!(text, tls::BODY);
        let passed = &proxy.passed()[0];
        assert_eq!((passed.by, passed.target.as_str()), (way, "library.example:443"));
        assert!(passed.let_through, "{passed:?}");
    }
}

#[tokio::test]
async fn a_tunnel_without_the_right_login_is_refused() {
    let server = TlsServer::start(Flaw::None).unwrap();
    let proxy = ProxyServer::start(server.address(), Some(("ann", "right"))).unwrap();
    let options = by(&proxy.url("http", "ann:wrong"));
    let error = fetch_safely("https://library.example/a", options)
        .await
        .unwrap_err();
    assert!(matches!(error, TransferError::Proxy { .. }), "{error:?}");
}

#[tokio::test]
async fn every_flaw_of_a_certificate_has_its_own_reason() {
    for (flaw, trusts_it, reason) in [
        (Flaw::Expired, true, TlsReason::Expired),
        (Flaw::NotYetValid, true, TlsReason::NotYetValid),
        (Flaw::OtherName, true, TlsReason::WrongName),
        (Flaw::None, false, TlsReason::UnknownIssuer),
    ] {
        let server = TlsServer::start(flaw).unwrap();
        let options = if trusts_it {
            trusting(server.root_pem())
        } else {
            ClientOptions::default()
        };
        let error = fetch_safely(&server.url(), options).await.unwrap_err();
        let TransferError::Tls {
            host, reason: found, ..
        } = &error
        else {
            panic!("{flaw:?}: {error:?}");
        };
        assert_eq!(
            (*found, host.as_str()),
            (reason, server.address().to_string().as_str())
        );
    }
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/a", plain.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = plain.accept().await.unwrap();
        socket.write_all(b"220 no TLS here\r\n").await.unwrap();
    });
    let error = fetch_safely(&url, ClientOptions::default()).await.unwrap_err();
    assert!(
        matches!(
            error,
            TransferError::Tls {
                reason: TlsReason::Handshake,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn names_are_looked_up_here_for_socks5_and_there_for_socks5h() {
    let (_server, proxy) = proxied(None);
    let client = client_in(
        &by(&proxy.url("socks5", "")),
        Protocols::Http1,
        &Arc::default(),
        &|_| None,
    )
    .unwrap();
    let text = client
        .get("http://192.0.2.7/a")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert_eq!(
        (text.as_str(), proxy.passed()[0].target.as_str()),
        ("the file", "192.0.2.7:80")
    );
    let unknown = fetch(&proxy.url("socks5", "")).await.unwrap_err();
    assert!(!matches!(unknown, TransferError::BadAnswer { .. }), "{unknown:?}");
}

#[tokio::test]
async fn a_wrong_login_is_the_proxys_to_tell() {
    let (server, proxy) = proxied(Some(("ann", "right")));
    let error = fetch(&proxy.url("http", "ann:wrong")).await.unwrap_err();
    let host = proxy.url("", "").trim_start_matches("://").to_owned();
    assert_eq!(error, TransferError::ProxyLogin { proxy: host.clone() });
    let error = fetch(&proxy.url("socks5h", "ann:wrong")).await.unwrap_err();
    assert!(
        matches!(&error, TransferError::Proxy { proxy, detail } if *proxy == host && !detail.contains("wrong")),
        "{error:?}"
    );
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let gone = {
        let (_server, proxy) = proxied(None);
        proxy.url("http", "ann:secret")
    };
    let error = fetch(&gone).await.unwrap_err();
    let host = gone.rsplit('@').next().unwrap().to_owned();
    assert!(
        matches!(&error, TransferError::Proxy { proxy, .. } if *proxy == host),
        "{error:?}"
    );
    assert!(!format!("{error:?} {error}").contains("secret"));
}

#[tokio::test]
async fn off_means_off_and_a_choice_counts_more_than_the_environment() {
    let (_server, proxy) = proxied(None);
    let (other, at) = (
        FaultServer::start(Script::new(*b"other")).unwrap(),
        proxy.url("http", ""),
    );
    let variable = |name: &str| (name == "HTTP_PROXY").then(|| other.url(""));
    let get = async |options: &ClientOptions, url: &str| {
        let client = client_in(options, Protocols::Http1, &Arc::default(), &variable).unwrap();
        client.get(url).send().await.unwrap().text().await.unwrap()
    };
    assert_eq!(get(&by(&at), "http://library.example/a").await, "the file");
    let direct = FaultServer::start(Script::new(*b"direct")).unwrap();
    assert_eq!(
        get(&by(&at), &direct.url("/a")).await,
        "direct",
        "never this computer"
    );
    let off = ClientOptions {
        proxy: ProxyChoice::Off,
        ..ClientOptions::default()
    };
    assert_eq!(get(&off, &direct.url("/a")).await, "direct");
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn the_address_of_a_proxy_is_read_and_shown_without_its_secrets() {
    for (text, shown) in [
        ("http://ann:pw@proxy.example:3128", "http://proxy.example:3128"),
        ("socks5h://127.0.0.1:9050/", "socks5h://127.0.0.1:9050"),
        (" proxy.example:8080 ", "http://proxy.example:8080"),
        ("ann:pw@[::1]:8080", "http://[::1]:8080"),
    ] {
        let proxy: ProxyUrl = text.parse().unwrap();
        assert_eq!(proxy.to_string(), shown);
        let debug = format!("{:?}", by(text));
        assert!(debug.contains(shown) && !debug.contains("pw"), "{debug}");
    }
    for text in [
        "",
        "ftp://a:1",
        "http://",
        "socks4://a:1",
        "http://a:1/path",
        "http://a:1?x",
        "a b",
    ] {
        assert_eq!(text.parse::<ProxyUrl>(), Err(NotAProxy), "{text}");
    }
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
