//! Whole files: with and without a length, empty ones, and what was promised about them.

use aniworld_testkit::fault::{Fault, Script};
use aniworld_transfer::{Expects, Proof, TransferError, TransferEvent};
use sha2::{Digest, Sha256};

use crate::running::events;
use crate::stage::{CUT, Stage, WHOLE, done, film, rest, sha256};

fn mismatch(detail: &str) -> TransferError {
    TransferError::Mismatch {
        detail: detail.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_arrives_to_the_byte() {
    let body = film(1, 3_000_000);
    let stage = Stage::new(Script::new(body.clone()));
    assert_eq!(stage.fetch(stage.request()).await, done(3_000_000, 0));
    stage.assert_published(&body);
    let requests = stage.server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("GET", "/film.mp4")
    );
    assert_eq!(requests[0].header("accept-encoding"), Some("identity"));
    assert_eq!((requests[0].range(), requests[0].if_range()), (None, None));
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    for fault in [Fault::None, Fault::Chunked, Fault::CloseDelimited(0)] {
        let stage = Stage::new(Script::new(*b"").always(fault));
        let mut request = stage.request();
        request.expected_bytes = Some(0);
        request.expects = Expects::AnyFile;
        request.checksums = sha256(b"");
        assert_eq!(stage.fetch(request).await, done(0, 0));
        stage.assert_published(b"");
    }
}

#[tokio::test]
async fn a_body_without_a_length_is_read_to_its_end() {
    for fault in [Fault::Chunked, Fault::CloseDelimited(u64::MAX)] {
        for expected_bytes in [None, Some(200_000)] {
            let body = film(2, 200_000);
            let stage = Stage::new(Script::new(body.clone()).always(fault.clone()));
            let mut request = stage.request();
            request.expected_bytes = expected_bytes;
            request.expects = Expects::AnyFile;
            let (outcome, reports) = stage.start(request).end_with_reports().await;
            let fetched = outcome.unwrap();
            assert_eq!(fetched.bytes, 200_000);
            // nothing but the end of the connection says that it is whole
            let unverified = fault != Fault::Chunked && expected_bytes.is_none();
            assert_eq!(fetched.proof == Proof::Unverified, unverified, "{fault:?}");
            stage.assert_published(&body);
            let started = TransferEvent::Started {
                resumed_from: 0,
                total: expected_bytes,
            };
            assert_eq!(events(&reports)[0], started);
        }
    }
}

#[tokio::test]
async fn a_promised_size_ends_a_body_without_a_length() {
    let body = film(3, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::CloseDelimited(CUT)));
    let mut request = stage.request();
    request.expected_bytes = Some(WHOLE);
    assert_eq!(stage.fetch(request).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\"")]);
}

#[tokio::test]
async fn the_right_checksum_passes_and_a_wrong_one_leaves_nothing() {
    let body = film(4, 2_500_000);
    let stage = Stage::new(Script::new(body.clone()));
    let mut request = stage.request();
    request.checksums = vec![aniworld_transfer::Checksum::Sha256([0; 32])];
    let (found, wanted) = (Sha256::digest(&body), "0".repeat(64));
    let detail = format!("the SHA-256 should be {wanted} and is {found:x}");
    assert_eq!(stage.fetch(request.clone()).await, Err(mismatch(&detail)));
    stage.assert_no_trace();
    assert_eq!(stage.asked(), [None], "the same bytes again would not help");

    request.checksums = sha256(&body);
    assert_eq!(stage.fetch(request).await, done(2_500_000, 0));
    stage.assert_published(&body);
}

#[tokio::test]
async fn a_wrong_size_is_refused_before_a_byte_is_written() {
    let stage = Stage::new(Script::new(film(5, WHOLE)));
    let mut request = stage.request();
    request.expected_bytes = Some(999);
    let detail = "999 bytes were promised, the server has 400000";
    assert_eq!(stage.fetch(request).await, Err(mismatch(detail)));
    stage.assert_no_trace();
    assert_eq!(stage.asked(), [None]);
}

#[tokio::test]
async fn a_wrong_size_shows_in_a_body_without_a_length_too() {
    let stage = Stage::new(Script::new(film(6, WHOLE)).always(Fault::Chunked));
    let mut request = stage.request();
    request.expected_bytes = Some(999);
    let detail = "999 bytes were promised, more came";
    assert_eq!(stage.fetch(request.clone()).await, Err(mismatch(detail)));
    stage.assert_no_trace();

    request.expected_bytes = Some(WHOLE + 1);
    let short = TransferError::Short {
        received: WHOLE,
        expected: WHOLE + 1,
    };
    assert_eq!(stage.fetch(request).await, Err(short));
    stage.assert_kept(&film(6, WHOLE));
}

#[tokio::test]
async fn a_length_that_is_too_small_is_seen_by_what_was_promised() {
    let body = film(7, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).always(Fault::PromisesLess(1)));
    let mut request = stage.request();
    request.expected_bytes = Some(WHOLE);
    let detail = "400000 bytes were promised, the server has 399999";
    assert_eq!(stage.fetch(request).await, Err(mismatch(detail)));
    stage.assert_no_trace();

    let mut request = stage.request();
    request.checksums = sha256(&body);
    let failed = stage.fetch(request).await;
    assert!(
        matches!(failed, Err(TransferError::Mismatch { .. })),
        "{failed:?}"
    );
    stage.assert_no_trace();
}
