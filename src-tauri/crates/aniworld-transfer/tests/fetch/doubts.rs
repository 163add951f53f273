//! What one run learns about its bytes is still known by the next; and what only a head says costs no bytes.

use aniworld_testkit::fault::{Fault, Script, ServedFile};
use aniworld_transfer::TransferError;

use crate::stage::{CUT, Stage, WHOLE, done, film, first, rest};

/// As many bytes as are compared at a meeting point.
const OVERLAP: u64 = 64 << 10;

#[tokio::test]
async fn bytes_that_were_contradicted_are_not_built_upon_by_the_next_run() {
    let body = film(1, WHOLE);
    let script = Script::new(body.clone())
        .then(Fault::Cut(CUT))
        .then(Fault::Lie)
        .then(Fault::Status(503));
    let stage = Stage::new(script);
    let mut request = stage.request();
    request.retry.tries = 3;
    let failed = stage.fetch(request).await.unwrap_err();
    assert!(
        matches!(failed, TransferError::HttpStatus { status: 503, .. }),
        "{failed}"
    );
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\""), None, None]);
}

#[tokio::test]
async fn an_answer_of_another_size_does_not_cost_what_is_there() {
    let body = film(2, WHOLE);
    let later = ServedFile::new(*b"try again later")
        .etag("\"e\"")
        .content_type("text/plain");
    let script = Script::new(body.clone())
        .then(Fault::Cut(CUT))
        .then_with(later.clone(), Fault::RangeIgnored)
        .then_with(later, Fault::RangeIgnored);
    let stage = Stage::new(script);
    let mut request = stage.request();
    request.expected_bytes = Some(WHOLE);
    let failed = stage.fetch(request.clone()).await.unwrap_err();
    assert!(matches!(failed, TransferError::Mismatch { .. }), "{failed}");
    stage.assert_kept(first(&body, CUT));
    stage.server.serve(ServedFile::new(body.clone()));
    assert_eq!(stage.fetch(request).await, done(WHOLE, CUT));
    stage.assert_published(&body);
}

#[tokio::test]
async fn a_web_page_does_not_cost_what_is_there_of_a_file_of_unknown_size() {
    let body = film(3, WHOLE);
    let script = Script::new(body.clone())
        .then(Fault::ChunkedCut(CUT))
        .then(Fault::WebPage);
    let stage = Stage::new(script);
    assert_eq!(stage.fetch(stage.request()).await, Err(TransferError::WebPage));
    stage.assert_kept(first(&body, CUT));
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, CUT));
    stage.assert_published(&body);
}

#[tokio::test]
async fn a_part_that_came_without_the_condition_must_say_of_which_version_it_is() {
    let body = film(4, WHOLE);
    let file = ServedFile::new(body.clone());
    let script = Script::of(file.clone())
        .then(Fault::Cut(CUT))
        .then(Fault::RangeIgnored)
        .then_with(file.without_validators(), Fault::None);
    let stage = Stage::new(script);
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(
        stage.asked(),
        [None, rest(CUT, "\"v1\""), rest(CUT, "none"), None]
    );
}

#[tokio::test]
async fn a_server_whose_parts_bring_nothing_new_is_asked_for_the_whole() {
    let body = film(5, WHOLE);
    let script = Script::new(body.clone())
        .then(Fault::Cut(CUT))
        .then(Fault::Short206(OVERLAP));
    let stage = Stage::new(script);
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\""), None]);
}
