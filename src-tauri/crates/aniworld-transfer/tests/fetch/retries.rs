//! Trying again: after which failures, how often, and not before its time. The clock is moved by hand.

use std::time::{Duration, SystemTime};

use aniworld_testkit::fault::{Fault, Script, ServedFile};
use aniworld_transfer::{FetchRequest, Signal, TransferError};

use crate::held_clock::HeldClock;
use crate::stage::{CUT, OVERLAP, Stage, WHOLE, done, film, first, rest};

const SECOND: Duration = Duration::from_secs(1);

fn status(status: u16, retry_after: Option<Duration>) -> TransferError {
    TransferError::HttpStatus { status, retry_after }
}

/// Tries five times, after pauses of up to 1, 2, 4 and 4 seconds.
fn patient(stage: &Stage) -> FetchRequest {
    let mut request = stage.request();
    request.retry.tries = 5;
    request.retry.base = SECOND;
    request.retry.cap = 4 * SECOND;
    request
}

#[tokio::test(start_paused = true)]
async fn a_server_that_names_its_time_is_asked_then_and_not_before() {
    for code in [429, 503] {
        let clock = HeldClock::new();
        let body = film(1, WHOLE);
        let stage = Stage::new(Script::new(body.clone()).then(Fault::RetryAfter(code, "7".to_owned())));
        let before = SystemTime::now();
        let mut running = stage.start(patient(&stage));
        let (until, cause) = running.waiting().await;
        assert_eq!(cause, status(code, Some(7 * SECOND)));
        assert!(until >= before + 7 * SECOND && until <= SystemTime::now() + 7 * SECOND);

        clock.pass_almost(7 * SECOND).await;
        clock.turns().await;
        assert_eq!(stage.asked().len(), 1, "it came too early");
        clock.pass_the_rest().await;
        assert_eq!(running.end().await, done(WHOLE, 0));
        stage.assert_published(&body);
        assert_eq!(stage.asked().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_to_come_back_at_is_kept_too() {
    let clock = HeldClock::new();
    let body = film(2, WHOLE);
    let before = SystemTime::now();
    let date = httpdate::fmt_http_date(before + Duration::from_hours(2));
    let date_as_time = httpdate::parse_http_date(&date).unwrap();
    let stage = Stage::new(Script::new(body.clone()).then(Fault::RetryAfter(503, date)));
    let mut running = stage.start(patient(&stage));
    let (until, _) = running.waiting().await;
    let took = SystemTime::now().duration_since(before).unwrap();
    assert!(until >= date_as_time && until <= date_as_time + took);
    clock.pass(Duration::from_hours(2)).await;
    assert_eq!(running.end().await, done(WHOLE, 0));
    stage.assert_published(&body);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_longer_than_a_day() {
    let clock = HeldClock::new();
    let day = Duration::from_hours(24);
    let stage = Stage::new(Script::new(film(9, 2_000)).then(Fault::RetryAfter(503, "99999999".to_owned())));
    let mut running = stage.start(patient(&stage));
    assert_eq!(running.waiting().await.1, status(503, Some(day)));
    clock.pass(day).await;
    assert_eq!(running.end().await, done(2_000, 0));
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_up_to_their_cap_and_the_tries_end() {
    let clock = HeldClock::new();
    let stage = Stage::new(Script::new(film(3, WHOLE)).always(Fault::Status(500)));
    let mut running = stage.start(patient(&stage));
    for (count, longest) in (1..).zip([1, 2, 4, 4]) {
        let (until, cause) = running.waiting().await;
        assert_eq!(cause, status(500, None));
        assert!(until <= SystemTime::now() + longest * SECOND);
        clock.turns().await;
        assert_eq!(stage.asked().len(), count);
        clock.pass(longest * SECOND).await;
    }
    assert_eq!(running.end().await, Err(status(500, None)));
    stage.assert_no_trace();
    assert_eq!(stage.asked().len(), 5);
}

#[tokio::test]
async fn what_may_be_better_in_a_moment_is_tried_again() {
    for code in [408, 425, 429, 500, 502, 503, 504] {
        let body = film(4, WHOLE);
        let stage = Stage::new(
            Script::new(body.clone())
                .then(Fault::Status(code))
                .then(Fault::HangUp),
        );
        assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0), "{code}");
        stage.assert_published(&body);
        assert_eq!(stage.asked(), [None, None, None]);
    }
}

#[tokio::test]
async fn new_bytes_start_the_count_of_tries_anew() {
    let body = film(5, WHOLE);
    let mut script = Script::new(body.clone());
    for cut in 0..9 {
        let cut = if cut == 0 { 100_000 } else { OVERLAP + 33_000 };
        script = script.then(Fault::Cut(cut)).then(Fault::HangUp);
    }
    let stage = Stage::new(script);
    let mut request = stage.request();
    assert_eq!(stage.fetch(request.clone()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked().len(), 19);

    std::fs::remove_file(stage.target()).unwrap();
    stage.server.now(Fault::HangUp);
    request.retry.tries = 4;
    assert!(stage.fetch(request).await.is_err());
    assert_eq!(stage.asked().len(), 23);
}

#[tokio::test]
async fn the_same_bytes_once_more_are_no_progress() {
    let file = ServedFile::new(film(6, WHOLE)).without_validators();
    let stage = Stage::new(Script::of(file).always(Fault::Cut(CUT)));
    let short = TransferError::Short {
        received: CUT,
        expected: WHOLE,
    };
    assert_eq!(stage.fetch(stage.request()).await, Err(short));
    assert_eq!(stage.asked(), [None, None, None]);
    assert!(!stage.target().exists());
}

#[tokio::test]
async fn one_try_is_one_request() {
    for tries in [0, 1] {
        let stage = Stage::new(Script::new(film(7, WHOLE)).always(Fault::Status(503)));
        let mut request = stage.request();
        request.retry.tries = tries;
        assert_eq!(stage.fetch(request).await, Err(status(503, None)));
        assert_eq!(stage.asked(), [None]);
    }
}

/// The pause may be long: what came so far is safe before it begins, and its owner can end it.
#[tokio::test(start_paused = true)]
async fn a_pause_between_tries_ends_when_its_owner_says_so() {
    let _clock = HeldClock::new();
    let body = film(8, WHOLE);
    for (signal, error) in [
        (Signal::Pause, TransferError::Paused),
        (Signal::Interrupt, TransferError::Interrupted),
        (Signal::Cancel, TransferError::Cancelled),
    ] {
        let script = Script::new(body.clone())
            .then(Fault::Cut(CUT))
            .then(Fault::RetryAfter(503, "3600".to_owned()));
        let stage = Stage::new(script);
        let mut request = stage.request();
        request.retry.base = Duration::ZERO;
        let mut running = stage.start(request);
        let _cut = running.waiting().await;
        let (_, cause) = running.waiting().await;
        assert_eq!(cause, status(503, Some(3_600 * SECOND)));
        stage.assert_kept(first(&body, CUT));
        running.control.set(signal);
        assert_eq!(running.end().await, Err(error));
        if signal == Signal::Cancel {
            stage.assert_no_trace();
            continue;
        }
        stage.assert_kept(first(&body, CUT));
        assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, CUT));
        stage.assert_published(&body);
        assert_eq!(stage.asked()[2], rest(CUT, "\"v1\""));
    }
}
