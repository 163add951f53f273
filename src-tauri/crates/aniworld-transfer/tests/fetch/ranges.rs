//! Answers to a request for a rest that are not that rest: what is kept is never continued by them.

use aniworld_testkit::fault::{Fault, Script};
use aniworld_transfer::{TransferError, TransferEvent};

use crate::running::events;
use crate::stage::{CUT, Stage, WHOLE, done, film, first, rest};

fn bad(detail: &str) -> TransferError {
    TransferError::BadAnswer {
        detail: detail.to_owned(),
    }
}

#[tokio::test]
async fn a_server_without_ranges_sends_the_whole_and_it_is_taken() {
    let body = film(1, WHOLE);
    let stage = Stage::new(
        Script::new(body.clone())
            .then(Fault::Cut(CUT))
            .then(Fault::RangeIgnored)
            .then(Fault::RangeIgnored),
    );
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(
        stage.asked(),
        [None, rest(CUT, "\"v1\""), rest(CUT, "none")],
        "once without the condition, and then what comes is taken"
    );
}

#[tokio::test]
async fn an_unsound_rest_is_thrown_away_and_the_whole_asked_for() {
    let body = film(2, WHOLE);
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
                .then(Fault::Cut(CUT))
                .then(fault.clone()),
        );
        let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
        assert_eq!(outcome, done(WHOLE, 0), "{fault:?}");
        stage.assert_published(&body);
        assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\""), None], "{fault:?}");
        let waits = events(&reports)
            .iter()
            .filter(|event| matches!(event, TransferEvent::Waiting { .. }))
            .count();
        assert_eq!(waits, 1, "only the cut is worth a pause, not {fault:?}");
    }
}

#[tokio::test]
async fn other_bytes_under_the_right_head_are_found_where_they_come_twice() {
    let body = film(3, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Cut(CUT)).then(Fault::Lie));
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\""), None]);
}

#[tokio::test]
async fn a_rest_that_was_not_asked_for_is_refused() {
    let stage = Stage::new(Script::new(film(4, WHOLE)).always(Fault::Unasked206));
    assert_eq!(
        stage.fetch(stage.request()).await,
        Err(bad("a part came though the whole was asked for"))
    );
    stage.assert_no_trace();
    assert_eq!(stage.asked(), [None]);
}

#[tokio::test]
async fn kept_bytes_that_are_all_of_them_are_shown_to_be_so_by_the_last_ones() {
    let body = film(5, WHOLE);
    // every byte came, but not the end of the chunks: the size is not known
    let stage = Stage::new(Script::new(body.clone()).then(Fault::ChunkedCut(WHOLE)));
    let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
    assert_eq!(outcome, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(WHOLE, "\"v1\"")]);
    let started = TransferEvent::Started {
        resumed_from: WHOLE,
        total: Some(WHOLE),
    };
    assert!(events(&reports).contains(&started));
}

/// The size that a server names says nothing about the bytes that are here.
#[tokio::test]
async fn out_of_range_never_means_that_all_is_there() {
    let body = film(5, WHOLE);
    for fault in [Fault::NotSatisfiable, Fault::NotSatisfiableBare] {
        let script = Script::new(body.clone())
            .then(Fault::ChunkedCut(WHOLE))
            .then(fault);
        let stage = Stage::new(script);
        assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
        stage.assert_published(&body);
        assert_eq!(stage.asked(), [None, rest(WHOLE, "\"v1\""), None]);
    }
}

#[tokio::test]
async fn out_of_range_for_the_whole_is_an_error_status() {
    let stage = Stage::new(Script::new(film(6, WHOLE)).always(Fault::Status(416)));
    let failed = TransferError::HttpStatus {
        status: 416,
        retry_after: None,
    };
    assert_eq!(stage.fetch(stage.request()).await, Err(failed));
    stage.assert_no_trace();
}

#[tokio::test]
async fn an_error_instead_of_a_rest_does_not_cost_what_is_kept() {
    let body = film(7, WHOLE);
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
        let stage = Stage::new(Script::new(body.clone()).then(Fault::Cut(CUT)).then(fault));
        assert_eq!(stage.fetch(stage.request()).await, Err(error.clone()));
        stage.assert_kept(first(&body, CUT));
        assert_eq!(stage.asked().len(), 2, "{error:?} is not tried again");
        assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, CUT));
        stage.assert_published(&body);
    }
}

/// Neither the rest nor the whole can be used: an error, and what was kept before stays.
#[tokio::test]
async fn a_server_that_is_wrong_every_time_gets_no_file_published() {
    let body = film(8, WHOLE);
    let stage = Stage::new(
        Script::new(body.clone())
            .then(Fault::Cut(CUT))
            .always(Fault::Gzip),
    );
    assert_eq!(
        stage.fetch(stage.request()).await,
        Err(bad("the body is coded as gzip though it was asked for as it is"))
    );
    stage.assert_kept(first(&body, CUT));
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\""), None]);
}
