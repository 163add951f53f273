//! What is not taken: error statuses, web pages, codings, no HTTP at all, nobody there.

use aniworld_testkit::fault::{Fault, Script, ServedFile};
use aniworld_transfer::TransferError;

use crate::stage::{Stage, WHOLE, done, film};

fn bad(detail: &str) -> TransferError {
    TransferError::BadAnswer {
        detail: detail.to_owned(),
    }
}

#[tokio::test]
async fn a_status_that_will_not_change_is_not_tried_again() {
    for status in [400, 401, 403, 404, 410, 451, 501] {
        let stage = Stage::new(Script::new(film(1, WHOLE)).always(Fault::Status(status)));
        let failed = TransferError::HttpStatus {
            status,
            retry_after: None,
        };
        assert_eq!(stage.fetch(stage.request()).await, Err(failed));
        stage.assert_no_trace();
        assert_eq!(stage.asked(), [None], "{status}");
    }
}

#[tokio::test]
async fn answers_that_are_no_file_are_refused_at_once() {
    let coded = "the body is coded as gzip though it was asked for as it is";
    for (fault, error) in [
        (Fault::Gzip, bad(coded)),
        (Fault::WebPage, TransferError::WebPage),
        (Fault::NoHttp, bad("it is no HTTP")),
        (Fault::EndlessHead, bad("it is no HTTP")),
    ] {
        let stage = Stage::new(Script::new(film(2, WHOLE)).always(fault));
        assert_eq!(stage.fetch(stage.request()).await, Err(error.clone()));
        stage.assert_no_trace();
        assert_eq!(stage.asked(), [None], "{error:?}");
    }
}

#[tokio::test]
async fn a_web_page_is_a_file_for_who_wants_one() {
    let page = ServedFile::new(*b"<html>a page</html>").content_type("text/html");
    let stage = Stage::new(Script::of(page));
    let mut request = stage.request();
    request.expects = aniworld_transfer::Expects::AnyFile;
    assert_eq!(stage.fetch(request).await, done(19, 0));
    stage.assert_published(b"<html>a page</html>");
}

#[tokio::test]
async fn a_host_without_an_address_is_not_asked_again() {
    let stage = Stage::new(Script::new(*b""));
    // `.invalid` is reserved: nobody can ever have it
    let request = stage.request_for("http://nobody.invalid/film.mp4");
    let (outcome, reports) = stage.start(request).end_with_reports().await;
    let host = "nobody.invalid".to_owned();
    assert_eq!(outcome, Err(TransferError::HostUnknown { host }));
    assert_eq!(reports, [], "neither a start nor a pause for another try");
    stage.assert_no_trace();
}

#[tokio::test]
async fn a_closed_port_is_tried_so_often_and_then_named() {
    let stage = Stage::new(Script::new(*b""));
    let closed = Stage::new(Script::new(*b""));
    let (url, host) = (closed.server.url("/film.mp4"), closed.host());
    drop(closed);
    let (outcome, reports) = stage.start(stage.request_for(&url)).end_with_reports().await;
    let failed = outcome.unwrap_err();
    assert!(
        matches!(&failed, TransferError::Connect { host: named, .. } if *named == host),
        "{failed:?}"
    );
    assert_eq!(reports.len(), 2, "a pause before each further try: {reports:?}");
    stage.assert_no_trace();
}

#[tokio::test]
async fn a_server_that_hangs_up_is_no_connection() {
    let stage = Stage::new(Script::new(film(3, WHOLE)).always(Fault::HangUp));
    let failed = stage.fetch(stage.request()).await.unwrap_err();
    assert!(
        matches!(&failed, TransferError::Connect { host, .. } if *host == stage.host()),
        "{failed:?}"
    );
    stage.assert_no_trace();
    assert_eq!(stage.asked().len(), 3);
}

#[tokio::test]
async fn what_is_no_web_address_is_refused_without_a_trace() {
    let stage = Stage::new(Script::new(*b""));
    for (given, shown) in [
        ("ftp://ann:secret@host/film.mp4", "ftp://host/film.mp4"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("mailto:ann@host", "mailto:ann@host"),
    ] {
        let url = shown.to_owned();
        let refused = stage.fetch(stage.request_for(given)).await;
        assert_eq!(refused, Err(TransferError::InvalidUrl { url }));
        stage.assert_no_trace();
    }
}

#[tokio::test]
async fn a_missing_folder_is_found_before_anyone_is_asked() {
    let stage = Stage::new(Script::new(film(4, WHOLE)));
    let mut request = stage.request();
    request.target = stage.folder().join("not there").join("film.mp4");
    let path = request.target.clone();
    assert_eq!(
        stage.fetch(request).await,
        Err(TransferError::FolderMissing { path })
    );
    stage.assert_no_trace();
    assert_eq!(stage.asked(), []);
}
