//! Servers that say nothing more while the line stays up. The clock is moved by hand.

use std::time::Duration;

use aniworld_testkit::fault::{Fault, Script};
use aniworld_transfer::{FetchRequest, TransferError, TransferEvent};

use crate::held_clock::HeldClock;
use crate::stage::{CUT, Stage, WHOLE, done, film, first, rest};

const STALL: Duration = Duration::from_secs(30);

fn request(stage: &Stage) -> FetchRequest {
    let mut request = stage.request();
    request.retry.stall = STALL;
    request
}

fn stalled(stage: &Stage) -> TransferError {
    TransferError::Stalled {
        host: stage.host(),
        after: STALL,
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_is_given_up_in_time_and_gone_on_with() {
    let clock = HeldClock::new();
    let body = film(1, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Stall(CUT)));
    let mut running = stage.start(request(&stage));
    running.until_on_disk(&stage.part(), CUT).await;
    clock.pass_almost(STALL).await;
    clock.turns().await;
    assert_eq!(stage.asked().len(), 1, "it was given up too early");
    clock.pass_the_rest().await;
    assert_eq!(running.waiting().await.1, stalled(&stage));
    assert_eq!(running.end().await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\"")]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_is_given_up_in_time() {
    let clock = HeldClock::new();
    let body = film(2, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Silence));
    let mut running = stage.start(request(&stage));
    stage.server.asked(1).await;
    clock.pass_almost(STALL).await;
    clock.turns().await;
    assert_eq!(running.pending(), []);
    clock.pass_the_rest().await;
    assert_eq!(running.waiting().await.1, stalled(&stage));
    assert_eq!(running.end().await, done(WHOLE, 0));
    stage.assert_published(&body);
}

#[tokio::test(start_paused = true)]
async fn silence_every_time_is_the_end_after_all_tries() {
    let clock = HeldClock::new();
    let stage = Stage::new(Script::new(film(3, WHOLE)).always(Fault::Silence));
    let running = stage.start(request(&stage));
    for count in 1..=3 {
        stage.server.asked(count).await;
        clock.pass(STALL).await;
    }
    assert_eq!(running.end().await, Err(stalled(&stage)));
    stage.assert_no_trace();
    assert_eq!(stage.asked().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_stall_that_nothing_overcomes_keeps_what_came() {
    let clock = HeldClock::new();
    let body = film(4, WHOLE);
    let stage = Stage::new(
        Script::new(body.clone())
            .then(Fault::Stall(CUT))
            .always(Fault::Stall(0)),
    );
    let mut running = stage.start(request(&stage));
    running.until_on_disk(&stage.part(), CUT).await;
    for _ in 0..2 {
        clock.pass(STALL).await;
        running.waiting().await;
        running.started().await;
    }
    clock.pass(STALL).await;
    assert_eq!(running.end().await, Err(stalled(&stage)));
    stage.assert_kept(first(&body, CUT));
    assert_eq!(stage.asked().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_byte_in_time_starts_the_patience_anew() {
    let clock = HeldClock::new();
    let body = film(5, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Gate(CUT)));
    let mut running = stage.start(request(&stage));
    running.until_on_disk(&stage.part(), CUT).await;
    clock.pass_almost(STALL).await;
    stage.server.gate_reached().await;
    stage.server.open_gate();
    assert_eq!(running.end().await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked().len(), 1);
}

/// A byte now and then is no silence, and yet the film would take years.
#[tokio::test(start_paused = true)]
async fn a_crawl_is_given_up_like_silence() {
    let clock = HeldClock::new();
    let body = film(6, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Crawl));
    let mut running = stage.start(request(&stage));
    let mut seen = 0;
    for _ in 0..2 {
        let more = move |event: &TransferEvent| matches!(event, TransferEvent::Progress { bytes, .. } if *bytes > seen);
        if let TransferEvent::Progress { bytes, .. } = running.until(more).await {
            seen = bytes;
        }
        clock.pass(STALL / 2).await;
    }
    let (_, cause) = running.waiting().await;
    assert!(
        matches!(&cause, TransferError::TooSlow { host, .. } if *host == stage.host()),
        "{cause:?}"
    );
    assert_eq!(running.end().await, done(WHOLE, 0));
    stage.assert_published(&body);
}
