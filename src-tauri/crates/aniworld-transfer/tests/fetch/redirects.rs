//! Addresses that lead elsewhere: followed so far, and without what only the first server may know.

use aniworld_testkit::fault::{Fault, FaultServer, Script, ServedFile};
use aniworld_transfer::TransferError;
use reqwest::header::{HeaderName, HeaderValue};

use crate::stage::{CUT, Stage, WHOLE, done, film, rest};

fn paths(server: &FaultServer) -> Vec<String> {
    server
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect()
}

#[tokio::test]
async fn a_redirect_is_followed_and_so_is_the_resume() {
    let body = film(1, WHOLE);
    let script = Script::new(body.clone())
        .then(Fault::Redirect("/there/film.mp4?a=1".to_owned()))
        .then(Fault::Cut(CUT))
        .then(Fault::Redirect("elsewhere.mkv".to_owned()));
    let stage = Stage::new(script);
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    let walked = ["/film.mp4", "/there/film.mp4?a=1", "/film.mp4", "/elsewhere.mkv"];
    assert_eq!(
        paths(&stage.server),
        walked,
        "each try begins at the address that was given"
    );
    let conditions = rest(CUT, "\"v1\"");
    assert_eq!(stage.asked(), [None, None, conditions.clone(), conditions]);
}

#[tokio::test]
async fn a_circle_is_left_after_ten_steps_and_not_tried_again() {
    let stage = Stage::new(Script::new(film(2, 2_000)).always(Fault::Redirect("/film.mp4".to_owned())));
    assert_eq!(stage.fetch(stage.request()).await, Err(TransferError::Redirects));
    stage.assert_no_trace();
    assert_eq!(stage.asked().len(), 11);
}

#[tokio::test]
async fn ten_steps_are_allowed() {
    let body = film(3, 2_000);
    let mut script = Script::new(body.clone());
    for step in 0..10 {
        script = script.then(Fault::Redirect(format!("/{step}")));
    }
    let stage = Stage::new(script);
    assert_eq!(stage.fetch(stage.request()).await, done(2_000, 0));
    stage.assert_published(&body);
}

#[tokio::test]
async fn a_redirect_out_of_the_web_is_refused() {
    for to in [
        "ftp://127.0.0.1/film.mp4",
        "file:///etc/passwd",
        "mailto:ann@host",
        "http://",
    ] {
        let stage = Stage::new(Script::new(film(4, 2_000)).always(Fault::Redirect(to.to_owned())));
        assert_eq!(stage.fetch(stage.request()).await, Err(TransferError::Redirects));
        stage.assert_no_trace();
        assert_eq!(stage.asked().len(), 1, "{to}");
    }
}

#[tokio::test]
async fn credentials_stay_with_the_server_they_are_for() {
    let body = film(5, 2_000);
    let stranger = FaultServer::start(Script::new(body.clone())).unwrap();
    let script = Script::new(*b"")
        .then(Fault::Redirect("/login".to_owned()))
        .then(Fault::Redirect(stranger.url("/film.mp4")));
    let stage = Stage::new(script);
    let mut request = stage.request();
    request.url.set_username("ann").unwrap();
    request.url.set_password(Some("secret")).unwrap();
    assert_eq!(stage.fetch(request).await, done(2_000, 0));
    stage.assert_published(&body);

    let basic = Some("Basic YW5uOnNlY3JldA==");
    let own = stage.server.requests();
    assert_eq!(own.len(), 2);
    assert!(own.iter().all(|request| request.header("authorization") == basic));
    let theirs = stranger.requests();
    assert_eq!(theirs.len(), 1);
    for name in ["authorization", "cookie", "referer"] {
        assert_eq!(theirs[0].header(name), None);
    }
}

#[tokio::test]
async fn a_login_is_still_known_where_a_whole_address_leads_on_to_its_own_server() {
    let body = film(6, 2_000);
    let file = ServedFile::new(body.clone());
    let script = Script::new(*b"").deciding(move |request, _| {
        let host = request.header("host").unwrap_or_default();
        Some(match request.path.as_str() {
            "/film.mp4" => (file.clone(), Fault::Redirect(format!("http://{host}/other.mp4"))),
            _ => (file.clone(), Fault::None),
        })
    });
    let stage = Stage::new(script);
    let mut request = stage.request();
    request.url.set_username("ann").unwrap();
    request.url.set_password(Some("secret")).unwrap();
    assert_eq!(stage.fetch(request).await, done(2_000, 0));
    stage.assert_published(&body);
    let basic = Some("Basic YW5uOnNlY3JldA==");
    let asked = stage.server.requests();
    assert_eq!(asked.len(), 2);
    assert!(
        asked
            .iter()
            .all(|request| request.header("authorization") == basic)
    );
}

#[tokio::test]
async fn an_unknown_host_is_named_and_not_the_one_that_led_there() {
    // `.invalid` is reserved: nobody can ever have it
    let to = "http://nobody.invalid/film.mp4".to_owned();
    let stage = Stage::new(Script::new(*b"").always(Fault::Redirect(to)));
    let host = "nobody.invalid".to_owned();
    assert_eq!(
        stage.fetch(stage.request()).await,
        Err(TransferError::HostUnknown { host })
    );
    stage.assert_no_trace();
    assert_eq!(stage.asked().len(), 1);
}

#[tokio::test]
async fn a_redirect_to_a_closed_port_is_tried_from_the_beginning() {
    let gone = FaultServer::start(Script::new(*b"")).unwrap();
    let to = gone.url("/film.mp4");
    drop(gone);
    let body = film(6, 2_000);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Redirect(to)));
    assert_eq!(stage.fetch(stage.request()).await, done(2_000, 0));
    stage.assert_published(&body);
    assert_eq!(paths(&stage.server), ["/film.mp4", "/film.mp4"]);
}

#[tokio::test]
async fn own_headers_go_to_the_first_origin_only_and_never_replace_what_the_engine_sends() {
    let body = film(7, 2_000);
    let stranger = FaultServer::start(Script::new(body.clone())).unwrap();
    let script = Script::new(*b"")
        .then(Fault::Redirect("/here".to_owned()))
        .then(Fault::Redirect(stranger.url("/film.mp4")));
    let stage = Stage::new(script);
    let mut request = stage.request();
    request.headers = [
        ("x-key", "secret"),
        ("range", "bytes=5-"),
        ("if-range", "\"x\""),
        ("accept-encoding", "gzip"),
        ("host", "elsewhere"),
    ]
    .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
    .to_vec();
    assert_eq!(stage.fetch(request).await, done(2_000, 0));
    stage.assert_published(&body);
    let own = stage.server.requests();
    assert_eq!(own.len(), 2);
    for request in &own {
        assert_eq!(request.header("x-key"), Some("secret"));
        assert_eq!((request.range(), request.if_range()), (None, None));
        assert_eq!(request.header("accept-encoding"), Some("identity"));
        assert_eq!(request.header("host"), Some(&*stage.host()));
    }
    let theirs = &stranger.requests()[0];
    assert_eq!(theirs.header("x-key"), None);
}

#[tokio::test]
async fn a_cookie_of_an_answer_is_sent_with_the_next_request() {
    let body = film(8, WHOLE);
    let cookie = Fault::Header("Set-Cookie", "ticket=7; Path=/".to_owned());
    let stage = Stage::new(Script::new(body.clone()).then(cookie).then(Fault::None));
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    std::fs::remove_file(stage.target()).unwrap();
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    let sent: Vec<_> = stage.server.requests();
    assert_eq!(sent[0].header("cookie"), None);
    assert_eq!(sent[1].header("cookie"), Some("ticket=7"));
}
