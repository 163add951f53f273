//! What an observer hears, in which order.

use std::fs;

use aniworld_testkit::fault::{Fault, Script};
use aniworld_transfer::{TransferError, TransferEvent, TransferPhase};
use tokio::time::Instant;

use crate::stage::{CUT, Stage, WHOLE, done, film, sha256};

const VERIFYING: TransferEvent = TransferEvent::Phase(TransferPhase::Verifying);
const MOVING: TransferEvent = TransferEvent::Phase(TransferPhase::Moving);

fn started(resumed_from: u64) -> TransferEvent {
    TransferEvent::Started {
        resumed_from,
        total: Some(WHOLE),
    }
}

/// The reports without samples, and each pause as the start of another attempt. Samples stand only
/// between a start and what follows, and never go back there.
fn steps(reports: &[(Instant, TransferEvent)]) -> Vec<TransferEvent> {
    let mut steps = Vec::new();
    let mut so_far = None;
    for (_, event) in reports {
        match event {
            TransferEvent::Progress { bytes, total, .. } => {
                assert!(so_far.is_some_and(|so_far| so_far <= *bytes), "{reports:?}");
                assert_eq!(*total, Some(WHOLE));
                so_far = Some(*bytes);
            }
            TransferEvent::Started { resumed_from, .. } => {
                so_far = Some(*resumed_from);
                steps.push(event.clone());
            }
            other => {
                so_far = None;
                steps.push(other.clone());
            }
        }
    }
    steps
}

#[tokio::test]
async fn a_transfer_starts_is_verified_and_moved() {
    let stage = Stage::new(Script::new(film(1, WHOLE)));
    let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
    assert_eq!(outcome, done(WHOLE, 0));
    assert_eq!(steps(&reports), [started(0), VERIFYING, MOVING]);
    assert!(
        matches!(reports[1].1, TransferEvent::Progress { .. }),
        "the first bytes are told at once: {reports:?}"
    );
}

#[tokio::test]
async fn each_attempt_starts_where_it_stands() {
    let stage = Stage::new(Script::new(film(2, WHOLE)).then(Fault::Cut(CUT)));
    let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
    assert_eq!(outcome, done(WHOLE, 0));
    let steps = steps(&reports);
    let TransferEvent::Waiting { cause, .. } = &steps[1] else {
        panic!("{steps:?}");
    };
    let short = TransferError::Short {
        received: CUT,
        expected: WHOLE,
    };
    assert_eq!(*cause, short);
    assert_eq!(steps[0], started(0));
    assert_eq!(steps[2..], [started(CUT), VERIFYING, MOVING]);
}

#[tokio::test]
async fn what_fails_is_never_moved() {
    let stage = Stage::new(Script::new(film(3, WHOLE)));
    let mut request = stage.request();
    request.checksums = vec![aniworld_transfer::Checksum::Sha256([0; 32])];
    let (outcome, reports) = stage.start(request).end_with_reports().await;
    assert!(matches!(outcome, Err(TransferError::Mismatch { .. })));
    assert_eq!(steps(&reports), [started(0), VERIFYING]);

    stage.server.now(Fault::Status(404));
    let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
    assert!(matches!(outcome, Err(TransferError::HttpStatus { .. })));
    assert_eq!(reports, []);
}

#[tokio::test]
async fn a_rest_that_is_proven_wrong_is_followed_by_a_new_start() {
    let body = film(4, WHOLE);
    let script = Script::new(body.clone()).then(Fault::Cut(CUT)).then(Fault::Lie);
    let stage = Stage::new(script);
    let mut request = stage.request();
    request.checksums = sha256(&body);
    let (outcome, reports) = stage.start(request).end_with_reports().await;
    assert_eq!(outcome, done(WHOLE, 0));
    let steps = steps(&reports);
    let after_the_pause = [started(CUT), started(0), VERIFYING, MOVING];
    assert_eq!(steps[2..], after_the_pause);
}

#[tokio::test]
async fn a_part_that_is_whole_is_only_verified_and_moved() {
    let body = film(5, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Gate(CUT)));
    let running = stage.start(stage.request());
    stage.server.gate_reached().await;
    fs::write(stage.target(), "mine").unwrap();
    stage.server.open_gate();
    let (outcome, reports) = running.end_with_reports().await;
    assert!(matches!(outcome, Err(TransferError::Exists { .. })));
    assert_eq!(steps(&reports), [started(0), VERIFYING, MOVING]);

    fs::remove_file(stage.target()).unwrap();
    let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
    assert_eq!(outcome, done(WHOLE, WHOLE));
    assert_eq!(steps(&reports), [started(WHOLE), VERIFYING, MOVING]);
    stage.assert_published(&body);
}
