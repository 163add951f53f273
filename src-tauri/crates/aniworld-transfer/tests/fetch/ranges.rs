//! Answers to a request for a rest that are not that rest: what is kept is never continued by them.

use aniworld_testkit::fault::{Fault, Script};
use aniworld_transfer::{TransferError, TransferEvent};

use crate::running::events;
use crate::stage::{Stage, done, film, rest, sha256};

fn bad(detail: &str) -> TransferError {
    TransferError::BadAnswer {
        detail: detail.to_owned(),
    }
}

#[tokio::test]
async fn a_server_without_ranges_sends_the_whole_and_it_is_taken() {
    let body = film(1, 1_000);
    let stage = Stage::new(
        Script::new(body.clone())
            .then(Fault::Cut(400))
            .then(Fault::RangeIgnored),
    );
    assert_eq!(stage.fetch(stage.request()).await, done(1_000, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(400, "\"v1\"")], "no third request");
}

#[tokio::test]
async fn an_unsound_rest_is_thrown_away_and_the_whole_asked_for() {
    let body = film(2, 1_000);
    for fault in [
        Fault::RangeShifted(1),
        Fault::RangeShifted(100),
        Fault::Multipart,
        Fault::NotSatisfiable,
        Fault::NotSatisfiableBare,
        Fault::Gzip,
        Fault::PromisesMore(7),
        Fault::PromisesLess(7),
        Fault::NoHttp,
    ] {
        let stage = Stage::new(
            Script::new(body.clone())
                .then(Fault::Cut(400))
                .then(fault.clone()),
        );
        let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
        assert_eq!(outcome, done(1_000, 0), "{fault:?}");
        stage.assert_published(&body);
        assert_eq!(stage.asked(), [None, rest(400, "\"v1\""), None], "{fault:?}");
        let waits = events(&reports)
            .iter()
            .filter(|event| matches!(event, TransferEvent::Waiting { .. }))
            .count();
        assert_eq!(waits, 1, "only the cut is worth a pause, not {fault:?}");
    }
}

#[tokio::test]
async fn other_bytes_under_the_right_head_are_found_by_the_checksum() {
    let body = film(3, 1_000);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Cut(400)).then(Fault::Lie));
    let mut request = stage.request();
    request.checksums = sha256(&body);
    assert_eq!(stage.fetch(request).await, done(1_000, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(400, "\"v1\""), None]);
}

#[tokio::test]
async fn a_rest_that_was_not_asked_for_is_refused() {
    let stage = Stage::new(Script::new(film(4, 1_000)).always(Fault::Unasked206));
    assert_eq!(
        stage.fetch(stage.request()).await,
        Err(bad("a part came though the whole was asked for"))
    );
    stage.assert_no_trace();
    assert_eq!(stage.asked(), [None]);
}

#[tokio::test]
async fn out_of_range_behind_the_last_byte_means_that_all_is_there() {
    let body = film(5, 1_000);
    // every byte came, but not the end of the chunks: the size is not known
    let stage = Stage::new(Script::new(body.clone()).then(Fault::ChunkedCut(1_000)));
    let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
    assert_eq!(outcome, done(1_000, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(1_000, "\"v1\"")]);
    let started = TransferEvent::Started {
        resumed_from: 1_000,
        total: Some(1_000),
    };
    assert!(events(&reports).contains(&started));
}

#[tokio::test]
async fn out_of_range_for_the_whole_is_an_error_status() {
    let stage = Stage::new(Script::new(film(6, 1_000)).always(Fault::Status(416)));
    let failed = TransferError::HttpStatus {
        status: 416,
        retry_after: None,
    };
    assert_eq!(stage.fetch(stage.request()).await, Err(failed));
    stage.assert_no_trace();
}

#[tokio::test]
async fn an_error_instead_of_a_rest_does_not_cost_what_is_kept() {
    let body = film(7, 1_000);
    let status = |status| TransferError::HttpStatus {
        status,
        retry_after: None,
    };
    for (fault, error) in [
        (Fault::WebPage, TransferError::WebPage),
        (Fault::Status(403), status(403)),
        (Fault::Status(404), status(404)),
        (Fault::Status(410), status(410)),
    ] {
        let stage = Stage::new(Script::new(body.clone()).then(Fault::Cut(400)).then(fault));
        assert_eq!(stage.fetch(stage.request()).await, Err(error.clone()));
        stage.assert_kept(&body[..400]);
        assert_eq!(stage.asked().len(), 2, "{error:?} is not tried again");
        assert_eq!(stage.fetch(stage.request()).await, done(1_000, 400));
        stage.assert_published(&body);
    }
}

/// Neither the rest nor the whole can be used: an error, and what was kept before stays.
#[tokio::test]
async fn a_server_that_is_wrong_every_time_gets_no_file_published() {
    let body = film(8, 1_000);
    let stage = Stage::new(
        Script::new(body.clone())
            .then(Fault::Cut(400))
            .always(Fault::Gzip),
    );
    assert_eq!(
        stage.fetch(stage.request()).await,
        Err(bad("the body is coded as gzip though it was asked for as it is"))
    );
    stage.assert_kept(&body[..400]);
    assert_eq!(stage.asked(), [None, rest(400, "\"v1\""), None]);
}
