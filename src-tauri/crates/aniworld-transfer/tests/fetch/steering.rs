//! What the owner of a transfer wants in the middle of it, and what is left then.

use std::fs;

use aniworld_testkit::fault::{Fault, Script};
use aniworld_transfer::{Control, Signal, TransferError, TransferEvent, discard};

use crate::running::{Running, events};
use crate::stage::{CUT, OVERLAP, Stage, WHOLE, done, film, first, rest};

/// A transfer of which the first bytes came, and then silence.
async fn halfway() -> (Stage, Running, Vec<u8>) {
    let body = film(1, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Stall(CUT)));
    let mut running = stage.start(stage.request());
    running.received(CUT).await;
    (stage, running, body)
}

/// The next run goes on where the last one was, and what comes out is right.
async fn assert_goes_on(stage: &Stage, body: &[u8]) {
    stage.assert_kept(first(body, CUT));
    let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
    assert_eq!(outcome, done(WHOLE, CUT));
    stage.assert_published(body);
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\"")]);
    let started = TransferEvent::Started {
        resumed_from: CUT,
        total: Some(WHOLE),
    };
    assert_eq!(events(&reports)[0], started);
}

#[tokio::test]
async fn a_paused_transfer_goes_on_later() {
    let (stage, running, body) = halfway().await;
    running.control.set(Signal::Pause);
    assert_eq!(running.end().await, Err(TransferError::Paused));
    assert_goes_on(&stage, &body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_transfer_goes_on_later() {
    let (stage, running, body) = halfway().await;
    running.control.set(Signal::Interrupt);
    assert_eq!(running.end().await, Err(TransferError::Interrupted));
    assert_goes_on(&stage, &body).await;
}

#[tokio::test]
async fn a_dropped_transfer_goes_on_later() {
    let (stage, running, body) = halfway().await;
    running.drop_it().await;
    assert_goes_on(&stage, &body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_that_is_dropped_between_threads_goes_on_later() {
    let (stage, running, body) = halfway().await;
    running.drop_it().await;
    assert_goes_on(&stage, &body).await;
}

#[tokio::test]
async fn a_cancelled_transfer_leaves_no_trace_and_nothing_else_goes() {
    let (stage, running, _) = halfway().await;
    fs::write(stage.folder().join("film.srt"), "mine").unwrap();
    running.control.set(Signal::Cancel);
    assert_eq!(running.end().await, Err(TransferError::Cancelled));
    assert_eq!(stage.names(), ["film.srt"]);
}

#[tokio::test]
async fn cancelling_takes_what_earlier_runs_left_too() {
    let (stage, running, body) = halfway().await;
    running.control.set(Signal::Pause);
    assert_eq!(running.end().await, Err(TransferError::Paused));
    stage.assert_kept(first(&body, CUT));

    stage.server.now(Fault::Stall(OVERLAP + 1_000));
    let mut running = stage.start(stage.request());
    running.received(CUT + 1_000).await;
    running.control.set(Signal::Cancel);
    assert_eq!(running.end().await, Err(TransferError::Cancelled));
    stage.assert_no_trace();
}

#[tokio::test]
async fn a_kept_part_can_be_given_up_without_a_transfer() {
    let (stage, running, _) = halfway().await;
    let path = stage.part();
    assert_eq!(
        discard(&stage.target()),
        Err(TransferError::Busy { path }),
        "not while it is written"
    );
    running.control.set(Signal::Pause);
    assert_eq!(running.end().await, Err(TransferError::Paused));
    discard(&stage.target()).unwrap();
    stage.assert_no_trace();
}

#[tokio::test]
async fn an_answer_that_does_not_come_can_be_stopped() {
    for (signal, error) in [
        (Signal::Pause, TransferError::Paused),
        (Signal::Cancel, TransferError::Cancelled),
        (Signal::Interrupt, TransferError::Interrupted),
    ] {
        let stage = Stage::new(Script::new(film(2, WHOLE)).always(Fault::Silence));
        let running = stage.start(stage.request());
        stage.server.asked(1).await;
        running.control.set(signal);
        assert_eq!(running.end().await, Err(error));
        stage.assert_no_trace();
    }
}

#[tokio::test]
async fn what_is_stopped_before_it_begins_asks_nobody() {
    for (signal, error) in [
        (Signal::Pause, TransferError::Paused),
        (Signal::Cancel, TransferError::Cancelled),
        (Signal::Interrupt, TransferError::Interrupted),
    ] {
        let stage = Stage::new(Script::new(film(3, WHOLE)));
        let control = Control::new();
        control.set(signal);
        let running = Running::start(stage.engine.clone(), stage.request(), control);
        assert_eq!(running.end().await, Err(error));
        stage.assert_no_trace();
        assert_eq!(stage.asked(), []);
    }
}

/// Every byte is there already, so no answer has to be waited for.
#[tokio::test]
async fn what_is_stopped_before_it_begins_is_not_published_either() {
    let body = film(4, WHOLE);
    for (signal, error) in [
        (Signal::Pause, TransferError::Paused),
        (Signal::Interrupt, TransferError::Interrupted),
        (Signal::Cancel, TransferError::Cancelled),
    ] {
        let stage = Stage::new(Script::new(body.clone()).then(Fault::Gate(CUT)));
        let running = stage.start(stage.request());
        stage.server.gate_reached().await;
        fs::write(stage.target(), "mine").unwrap();
        stage.server.open_gate();
        assert!(matches!(running.end().await, Err(TransferError::Exists { .. })));
        fs::remove_file(stage.target()).unwrap();
        stage.assert_kept(&body);

        let control = Control::new();
        control.set(signal);
        let running = Running::start(stage.engine.clone(), stage.request(), control);
        assert_eq!(running.end().await, Err(error));
        match signal {
            Signal::Cancel => stage.assert_no_trace(),
            _ => stage.assert_kept(&body),
        }
    }
}
