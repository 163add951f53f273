//! What is noted for whoever asks later why a transfer went as it did.

use aniworld_testkit::fault::{Fault, FaultServer, Script, ServedFile};
use aniworld_transfer::{StartedAgain, Strength, TransferNote};

use crate::stage::{CUT, Stage, WHOLE, film};

/// The notes of one transfer, each in a word.
async fn told(stage: &Stage) -> Vec<String> {
    let (_, notes) = stage.start(stage.request()).end_with_notes().await;
    notes.iter().map(word).collect()
}

fn word(note: &TransferNote) -> String {
    match note {
        TransferNote::Answered(answer) => format!("answer {}", answer.status),
        TransferNote::Redirected { .. } => "redirected".to_owned(),
        TransferNote::Resumed { at_bytes } => format!("resumed at {at_bytes}"),
        TransferNote::StartedAgain { why, lost_bytes } => format!("again {why:?} {lost_bytes}"),
    }
}

#[tokio::test]
async fn an_answer_is_noted_with_what_it_allows() {
    let stage = Stage::new(Script::new(film(1, WHOLE)));
    let (_, notes) = stage.start(stage.request()).end_with_notes().await;
    let [TransferNote::Answered(answer)] = &notes[..] else {
        panic!("{notes:?}");
    };
    assert_eq!((answer.status, answer.total), (200, Some(WHOLE)));
    assert_eq!(answer.host, stage.host());
    assert_eq!(answer.validator, Strength::Strong);
    assert!(answer.ranges);
}

#[tokio::test]
async fn what_only_weakly_tells_versions_apart_is_called_so() {
    let plain = ServedFile::new(film(1, 2_000));
    for (file, strength) in [
        (plain.clone().etag("W/\"v1\""), Strength::Weak),
        (plain.without_validators(), Strength::None),
    ] {
        let stage = Stage::new(Script::of(file));
        let (_, notes) = stage.start(stage.request()).end_with_notes().await;
        assert!(matches!(&notes[..], [TransferNote::Answered(answer)] if answer.validator == strength));
    }
}

#[tokio::test]
async fn the_story_of_a_cut_line_is_told_in_order() {
    let script = Script::new(film(2, WHOLE))
        .then(Fault::Status(503))
        .then(Fault::Cut(CUT));
    let stage = Stage::new(script);
    let resumed = format!("resumed at {CUT}");
    let story = ["answer 503", "answer 200", "answer 206", &resumed];
    assert_eq!(told(&stage).await, story);
}

#[tokio::test]
async fn why_everything_comes_again_is_told() {
    let body = film(3, WHOLE);
    let old = ServedFile::new(body.clone());
    let new = ServedFile::new(film(4, WHOLE)).etag("\"v2\"");
    let cases = [
        (
            Script::of(old.clone())
                .then(Fault::Cut(CUT))
                .then(Fault::RangeIgnored)
                .then(Fault::RangeIgnored),
            StartedAgain::NoRanges,
        ),
        (
            Script::of(new.clone())
                .then_with(old.clone(), Fault::Cut(CUT))
                .then_with(new, Fault::None),
            StartedAgain::FileChanged,
        ),
        (
            Script::of(old.clone().without_validators()).then(Fault::Cut(CUT)),
            StartedAgain::NoValidator,
        ),
        (
            Script::of(old).then(Fault::Cut(CUT)).then(Fault::RangeShifted(5)),
            StartedAgain::BadPart,
        ),
    ];
    for (script, why) in cases {
        let story = told(&Stage::new(script)).await;
        assert!(
            story.contains(&format!("again {why:?} {CUT}")),
            "{why:?}: {story:?}"
        );
    }
}

#[tokio::test]
async fn bytes_of_another_address_are_given_up_with_that_reason() {
    let stage = Stage::new(Script::new(film(5, WHOLE)).then(Fault::Cut(CUT)));
    let mut request = stage.request();
    request.retry.tries = 1;
    stage.start(request).end().await.unwrap_err();
    let moved = stage.request_for(&stage.server.url("/moved.mkv"));
    let (_, notes) = stage.start(moved).end_with_notes().await;
    let again = TransferNote::StartedAgain {
        why: StartedAgain::OtherAddress,
        lost_bytes: CUT,
    };
    assert!(notes.contains(&again), "{notes:?}");
}

#[tokio::test]
async fn another_host_is_named_and_nothing_secret_of_it() {
    let other = FaultServer::start(Script::new(film(6, 2_000))).unwrap();
    let there = other
        .url("/film.mp4?token=hush")
        .replace("http://", "http://ann:word@");
    let stage = Stage::new(Script::new(film(6, 2_000)).then(Fault::Redirect(there)));
    let (outcome, notes) = stage.start(stage.request()).end_with_notes().await;
    outcome.unwrap();
    let host = other.url("").trim_start_matches("http://").to_owned();
    assert_eq!(notes[0], TransferNote::Redirected { host });
    let told = format!("{notes:?}");
    for secret in ["hush", "ann", "word", "film.mp4"] {
        assert!(!told.contains(secret), "{told}");
    }
}
