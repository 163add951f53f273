//! Where bytes of two answers meet: both are held against each other, now or by the next run.

use std::fs;

use aniworld_testkit::fault::{Fault, Script, ServedFile};
use aniworld_transfer::{Connections, StartedAgain, TransferNote};

use crate::stage::{CUT, OVERLAP, Stage, WHOLE, done, film, rest};

const MEET: u64 = 200_000;

/// Answers `If-Range` with the whole file though nothing changed, and parts without it rightly.
fn hostile(body: &[u8]) -> Script {
    let file = ServedFile::new(body);
    Script::of(file.clone()).deciding(move |request, _| {
        let ignores = request.if_range().is_some();
        ignores.then(|| (file.clone(), Fault::RangeIgnored))
    })
}

#[tokio::test]
async fn a_server_that_dislikes_the_condition_is_asked_without_it() {
    let body = film(1, WHOLE);
    let stage = Stage::new(hostile(&body).then(Fault::Cut(CUT)));
    let (outcome, notes) = stage.start(stage.request()).end_with_notes().await;
    assert_eq!(outcome, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(
        stage.asked(),
        [None, rest(CUT, "\"v1\""), rest(CUT, "none")],
        "tag and overlap are the proof"
    );
    assert!(notes.contains(&TransferNote::Resumed { at_bytes: CUT }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn such_a_server_gets_four_connections_too() {
    let body = film(2, 3 << 20);
    let stage = Stage::new(hostile(&body).then(Fault::Gate(100_000)));
    let mut request = stage.request();
    request.connections = Connections::Exactly(4);
    let running = stage.start(request);
    stage.server.asked(1 + 2 * 3).await;
    stage.server.open_gate();
    let (outcome, notes) = running.end_with_notes().await;
    assert_eq!(outcome, done(3 << 20, 0));
    stage.assert_published(&body);
    let again = |note: &TransferNote| matches!(note, TransferNote::StartedAgain { .. });
    assert!(!notes.iter().any(again), "{notes:?}");
}

/// Without the condition nothing but the tag and the bytes themselves tell another version.
#[tokio::test]
async fn another_version_without_the_condition_is_found_by_its_bytes() {
    let (old, new) = (film(3, WHOLE), film(4, WHOLE));
    let later = ServedFile::new(new.clone());
    let script = Script::new(old)
        .then(Fault::Cut(CUT))
        .then_with(later.clone(), Fault::RangeIgnored);
    let stage = Stage::new(script);
    let (outcome, notes) = stage.start(stage.request()).end_with_notes().await;
    assert_eq!(outcome, done(WHOLE, 0));
    stage.assert_published(&new);
    assert_eq!(
        stage.asked(),
        [None, rest(CUT, "\"v1\""), rest(CUT, "none"), None]
    );
    let again = TransferNote::StartedAgain {
        why: StartedAgain::BadPart,
        lost_bytes: CUT,
    };
    assert!(notes.contains(&again), "{notes:?}");
}

/// A stage with every byte of a film on the disk, and one place where two answers met and nobody compared them.
async fn with_an_open_seam(body: &[u8]) -> Stage {
    let stage = Stage::new(Script::new(body).then(Fault::Gate(CUT)));
    let running = stage.start(stage.request());
    stage.server.gate_reached().await;
    fs::write(stage.target(), "mine").unwrap();
    stage.server.open_gate();
    running.end().await.unwrap_err();
    fs::remove_file(stage.target()).unwrap();
    stage.assert_kept(body);
    let journal = fs::read_to_string(stage.journal()).unwrap();
    let open = journal.replace("\"seams\":[]", &format!("\"seams\":[{MEET}]"));
    assert_ne!(open, journal);
    fs::write(stage.journal(), open).unwrap();
    stage
}

#[expect(clippy::unnecessary_wraps, reason = "compared with what was asked")]
fn around_the_seam() -> Option<(String, String)> {
    let range = format!("bytes={}-{}", MEET - OVERLAP, MEET + OVERLAP - 1);
    Some((range, "\"v1\"".to_owned()))
}

#[tokio::test]
async fn what_a_crash_left_uncompared_is_compared_before_the_file_appears() {
    let body = film(5, WHOLE);
    let stage = with_an_open_seam(&body).await;
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, WHOLE));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, around_the_seam()]);
}

#[tokio::test]
async fn bytes_that_do_not_fit_there_cost_the_whole_part() {
    let body = film(6, WHOLE);
    for at in [MEET - OVERLAP, MEET - 1, MEET, MEET + OVERLAP - 1] {
        let stage = with_an_open_seam(&body).await;
        let mut spoilt = body.clone();
        spoilt[usize::try_from(at).unwrap()] ^= 1;
        fs::write(stage.part(), spoilt).unwrap();
        assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0), "{at}");
        stage.assert_published(&body);
        assert_eq!(stage.asked(), [None, around_the_seam(), None], "{at}");
    }
}

/// What is kept must be enough to be compared with what comes.
#[tokio::test]
async fn what_is_too_short_to_be_compared_is_not_kept() {
    let body = film(7, WHOLE);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Cut(OVERLAP - 1)));
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(
        stage.asked(),
        [None, None],
        "less than the overlap counts for nothing"
    );

    let stage = Stage::new(Script::new(body.clone()).then(Fault::Cut(OVERLAP)));
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None, rest(OVERLAP, "\"v1\"")]);
}
