//! Going on where the bytes ended: in the same run, and in the next one.

use aniworld_testkit::fault::{Fault, Script, ServedFile};
use aniworld_transfer::{TransferError, TransferEvent};

use crate::running::events;
use crate::stage::{CUT, OVERLAP, Stage, WHOLE, done, film, first, rest};

#[tokio::test]
async fn a_short_body_is_an_error_whose_bytes_the_next_run_goes_on_with() {
    let body = film(1, WHOLE);
    let stage = Stage::new(
        Script::new(body.clone())
            .then(Fault::Cut(CUT))
            .always(Fault::Cut(0)),
    );
    let short = TransferError::Short {
        received: CUT,
        expected: WHOLE,
    };
    assert_eq!(stage.fetch(stage.request()).await, Err(short));
    stage.assert_kept(first(&body, CUT));
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\""), rest(CUT, "\"v1\"")]);

    stage.server.now(Fault::None);
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, CUT));
    stage.assert_published(&body);
    assert_eq!(stage.asked()[3..], [rest(CUT, "\"v1\"")]);
    let headers = &stage.server.requests()[3];
    assert_eq!(headers.header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn a_promise_that_is_never_kept_ends_after_all_tries() {
    let body = film(2, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).always(Fault::PromisesMore(5)));
    let short = TransferError::Short {
        received: WHOLE,
        expected: WHOLE + 5,
    };
    assert_eq!(stage.fetch(stage.request()).await, Err(short));
    stage.assert_kept(&body);
    assert_eq!(
        stage.asked(),
        [None, rest(WHOLE, "\"v1\""), None],
        "a rest that is not there is asked for once"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_cut_again_and_again_delivers_in_the_end() {
    let body = film(3, 600_000);
    let mut script = Script::new(body.clone());
    for cut in 0..5 {
        script = script.then(Fault::Cut(100_000 + OVERLAP.min(cut * OVERLAP)));
    }
    let stage = Stage::new(script);
    assert_eq!(stage.fetch(stage.request()).await, done(600_000, 0));
    stage.assert_published(&body);
    let later: Vec<_> = (1..=5).map(|cut| rest(cut * 100_000, "\"v1\"")).collect();
    assert_eq!(stage.asked()[0], None);
    assert_eq!(stage.asked()[1..], later);
}

#[tokio::test]
async fn a_reset_line_loses_nothing_that_counts() {
    let body = film(4, 600_000);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Reset(300_000)));
    assert_eq!(stage.fetch(stage.request()).await, done(600_000, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked().len(), 2);
}

#[tokio::test]
async fn a_chunked_body_that_breaks_off_goes_on_as_well() {
    let body = film(5, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::ChunkedCut(CUT)));
    let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
    assert_eq!(outcome, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\"")]);
    let totals: Vec<_> = events(&reports)
        .into_iter()
        .filter_map(|event| match event {
            TransferEvent::Started { total, .. } => Some(total),
            _ => None,
        })
        .collect();
    assert_eq!(totals, [None, Some(WHOLE)]);
}

#[tokio::test]
async fn a_server_that_hands_out_small_parts_is_asked_until_all_are_there() {
    let body = film(6, WHOLE);
    let stage = Stage::new(
        Script::new(body.clone())
            .then(Fault::Cut(100_000))
            .always(Fault::Short206(OVERLAP + 100_000)),
    );
    let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
    assert_eq!(outcome, done(WHOLE, 0));
    stage.assert_published(&body);
    let offsets = [100_000, 200_000, 300_000].map(|offset| rest(offset, "\"v1\""));
    assert_eq!(stage.asked()[1..], offsets);
    let waits = events(&reports)
        .iter()
        .filter(|event| matches!(event, TransferEvent::Waiting { .. }))
        .count();
    assert_eq!(waits, 1, "a part that is smaller than it could be is no failure");
}

#[tokio::test]
async fn an_old_enough_date_allows_a_resume() {
    let body = film(7, WHOLE);
    let file = ServedFile::new(body.clone()).without_etag();
    let stage = Stage::new(Script::of(file).then(Fault::Cut(CUT)));
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(CUT, "Mon, 02 Nov 2026 10:00:00 GMT")]);
}

#[tokio::test]
async fn without_a_strong_validator_everything_comes_again() {
    let body = film(8, WHOLE);
    let file = ServedFile::new(body.clone());
    let weak_tag = file.clone().etag("W/\"v1\"");
    let fresh_date = file
        .clone()
        .without_etag()
        .last_modified("Tue, 24 Nov 2026 09:59:30 GMT");
    for file in [weak_tag, fresh_date, file.without_validators()] {
        let stage = Stage::new(
            Script::of(file.clone())
                .then(Fault::Cut(CUT))
                .then(Fault::Cut(120_000)),
        );
        let mut request = stage.request();
        request.retry.tries = 1;
        let short = TransferError::Short {
            received: CUT,
            expected: WHOLE,
        };
        assert_eq!(stage.fetch(request).await, Err(short), "{file:?}");
        assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0), "{file:?}");
        stage.assert_published(&body);
        assert_eq!(stage.asked(), [None, None, None], "{file:?}");
    }
}

#[tokio::test]
async fn only_what_is_no_secret_tells_addresses_apart() {
    let body = film(9, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Cut(CUT)));
    let mut request = stage.request_for(&stage.server.url("/film.mp4?token=old"));
    request.retry.tries = 1;
    assert!(stage.fetch(request).await.is_err());
    let renewed = stage.request_for(&stage.server.url("/film.mp4?token=new"));
    assert_eq!(stage.fetch(renewed).await, done(WHOLE, CUT));
    stage.assert_published(&body);
    assert_eq!(stage.server.requests()[1].path, "/film.mp4?token=new");
}
