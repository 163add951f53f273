//! What stands in the folder before or appears meanwhile: other people's files, torn parts, strange journals.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::time::Duration;

use aniworld_testkit::fault::{Fault, Script};
use aniworld_transfer::{Expects, TransferError};

use crate::held_clock::HeldClock;
use crate::stage::{CUT, Stage, WHOLE, done, film, first, rest, sha256};

fn exists(stage: &Stage) -> TransferError {
    TransferError::Exists { path: stage.target() }
}

/// A stage whose part holds the first bytes of a film.
async fn with_a_part() -> (Stage, Vec<u8>) {
    let body = film(1, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Cut(CUT)));
    let mut request = stage.request();
    request.retry.tries = 1;
    assert!(stage.fetch(request).await.is_err());
    stage.assert_kept(first(&body, CUT));
    (stage, body)
}

#[tokio::test]
async fn a_file_of_that_name_is_left_alone() {
    let stage = Stage::new(Script::new(film(2, WHOLE)));
    fs::write(stage.target(), "mine").unwrap();
    assert_eq!(stage.fetch(stage.request()).await, Err(exists(&stage)));
    stage.assert_published(b"mine");
    assert_eq!(stage.asked(), []);
}

#[tokio::test]
async fn a_folder_of_that_name_is_left_alone_too() {
    let stage = Stage::new(Script::new(film(3, WHOLE)));
    fs::create_dir(stage.target()).unwrap();
    assert_eq!(stage.fetch(stage.request()).await, Err(exists(&stage)));
    assert_eq!(stage.names(), ["film.mp4"]);
    assert_eq!(stage.asked(), []);
}

#[tokio::test]
async fn a_file_that_appears_meanwhile_is_not_overwritten_and_nothing_is_lost() {
    let body = film(4, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Gate(CUT)));
    let running = stage.start(stage.request());
    stage.server.gate_reached().await;
    fs::write(stage.target(), "mine").unwrap();
    stage.server.open_gate();
    assert_eq!(running.end().await, Err(exists(&stage)));
    assert_eq!(fs::read(stage.target()).unwrap(), b"mine");

    fs::remove_file(stage.target()).unwrap();
    stage.assert_kept(&body);
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, WHOLE));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None], "every byte was there already");
}

#[tokio::test(start_paused = true)]
async fn an_empty_file_that_finds_its_name_taken_leaves_no_litter() {
    let clock = HeldClock::new();
    let stage = Stage::new(Script::new(*b"").then(Fault::RetryAfter(503, "7".to_owned())));
    let mut request = stage.request();
    request.expects = Expects::AnyFile;
    let mut running = stage.start(request);
    running.waiting().await;
    fs::write(stage.target(), "mine").unwrap();
    clock.pass(Duration::from_secs(7)).await;
    assert_eq!(running.end().await, Err(exists(&stage)));
    stage.assert_published(b"mine");
}

#[tokio::test]
async fn two_transfers_to_one_file_do_not_meet() {
    let body = film(5, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Gate(CUT)));
    let first = stage.start(stage.request());
    stage.server.gate_reached().await;
    let path = stage.part();
    assert_eq!(
        stage.fetch(stage.request()).await,
        Err(TransferError::Busy { path })
    );
    stage.server.open_gate();
    assert_eq!(first.end().await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None], "the second asked nobody");
}

#[tokio::test]
async fn bytes_that_nobody_vouches_for_are_cut_off() {
    let (stage, body) = with_a_part().await;
    let mut part = OpenOptions::new().append(true).open(stage.part()).unwrap();
    part.write_all(&[b'?'; 2_000]).unwrap();
    drop(part);
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, CUT));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\"")]);
}

#[tokio::test]
async fn a_part_that_lost_its_tail_goes_on_earlier() {
    let (stage, body) = with_a_part().await;
    let part = OpenOptions::new().write(true).open(stage.part()).unwrap();
    part.set_len(120_000).unwrap();
    drop(part);
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 120_000));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(120_000, "\"v1\"")]);
}

#[tokio::test]
async fn a_part_without_a_journal_counts_for_nothing() {
    let (stage, body) = with_a_part().await;
    fs::remove_file(stage.journal()).unwrap();
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, None]);
}

#[tokio::test]
async fn a_journal_that_cannot_be_read_or_proves_nothing_counts_for_nothing() {
    type Spoil = fn(&str) -> String;
    let ways: [Spoil; 4] = [
        |_| String::new(),
        |text| text[..20].to_owned(),
        |text| text.replace("\"version\":2", "\"version\":1"),
        |text| text.replace("{\"etag\":\"\\\"v1\\\"\"}", "null"),
    ];
    for spoil in ways {
        let (stage, body) = with_a_part().await;
        let text = fs::read_to_string(stage.journal()).unwrap();
        let spoilt = spoil(&text);
        assert_ne!(spoilt, text);
        fs::write(stage.journal(), &spoilt).unwrap();
        assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0), "{spoilt}");
        stage.assert_published(&body);
        assert_eq!(stage.asked(), [None, None], "{spoilt}");
    }
}

#[tokio::test]
async fn a_part_of_another_address_counts_for_nothing() {
    let (stage, body) = with_a_part().await;
    let other = stage.request_for(&stage.server.url("/other.mkv"));
    assert_eq!(stage.fetch(other).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, None]);
}

/// Bytes that were changed on the disk: the journal cannot know, the checksum does.
#[tokio::test]
async fn a_part_that_was_changed_is_found_by_the_checksum() {
    let (stage, body) = with_a_part().await;
    let mut spoilt = first(&body, CUT).to_vec();
    spoilt[7] ^= 1;
    fs::write(stage.part(), spoilt).unwrap();
    let mut request = stage.request();
    request.checksums = sha256(&body);
    assert_eq!(stage.fetch(request).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(CUT, "\"v1\""), None]);
}
