//! One file over several connections: who is asked for what, and who goes on when one of them fails.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aniworld_testkit::fault::{Fault, Script, ServedFile};
use aniworld_transfer::{
    Connections, EngineOptions, FetchRequest, Signal, StartedAgain, TransferError, TransferEvent,
    TransferNote,
};

use crate::held_clock::HeldClock;
use crate::running::events;
use crate::stage::{Stage, done, film, new_engine_with};

/// Long enough for four connections.
const LONG: u64 = 3 << 20;
const FOUR: usize = 4;
/// So much of the first answer comes before its server waits: the other connections have their turn.
const HELD_AT: u64 = 100_000;
const STALL: Duration = Duration::from_secs(30);

/// The answer to the whole waits at a gate. Requests for parts are answered as `part` says for the first, second,
/// third ... of them; `None` is right.
fn script(body: &[u8], part: impl Fn(usize) -> Option<Fault> + Send + Sync + 'static) -> Script {
    let file = ServedFile::new(body);
    let count = AtomicUsize::new(0);
    let held = AtomicUsize::new(0);
    Script::of(file.clone()).deciding(move |request, _| {
        let fault = if request.range().is_some() {
            part(count.fetch_add(1, Ordering::SeqCst) + 1)
        } else if held.fetch_add(1, Ordering::SeqCst) == 0 {
            Some(Fault::Gate(HELD_AT))
        } else {
            None
        };
        Some((file.clone(), fault.unwrap_or(Fault::None)))
    })
}

fn request(stage: &Stage) -> FetchRequest {
    FetchRequest {
        connections: Connections::Exactly(4),
        ..stage.request()
    }
}

/// Every request but the first one asks for a part, if the file is still the same.
#[track_caller]
fn assert_parts_are_asked_for(stage: &Stage) {
    let asked = stage.asked();
    assert_eq!(asked[0], None);
    for one in &asked[1..] {
        let (range, condition) = one.as_ref().unwrap();
        assert!(range.starts_with("bytes="), "{range}");
        assert_eq!(condition, "\"v1\"");
    }
}

fn waits(reports: &[TransferEvent]) -> usize {
    let is_wait = |event: &&TransferEvent| matches!(event, TransferEvent::Waiting { .. });
    reports.iter().filter(is_wait).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pieces_of_four_connections_are_one_file() {
    let body = film(1, LONG);
    let stage = Stage::new(script(&body, |_| None));
    let running = stage.start(request(&stage));
    stage.server.asked(FOUR).await;
    stage.server.open_gate();
    assert_eq!(running.end().await, done(LONG, 0));
    stage.assert_published(&body);
    assert_parts_are_asked_for(&stage);
}

#[tokio::test]
async fn a_file_that_is_too_short_for_two_has_one_connection() {
    let body = film(2, 500_000);
    let stage = Stage::new(Script::new(body.clone()));
    assert_eq!(stage.fetch(request(&stage)).await, done(500_000, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked(), [None]);
}

/// One of four fails: the others take its bytes over, and nobody waits for another try.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_one_connection_fails_the_others_go_on() {
    let body = film(3, LONG);
    for fault in [
        Fault::Cut(0),
        Fault::Cut(70_000),
        Fault::Reset(70_000),
        Fault::HangUp,
        Fault::Status(404),
        Fault::Status(500),
        Fault::Status(503),
        Fault::RetryAfter(429, "3600".to_owned()),
        Fault::WebPage,
        Fault::Gzip,
        Fault::NotSatisfiable,
        Fault::RangeShifted(1_000),
    ] {
        let one = fault.clone();
        let stage = Stage::new(script(&body, move |part| (part == 2).then(|| one.clone())));
        let running = stage.start(request(&stage));
        stage.server.asked(FOUR).await;
        stage.server.open_gate();
        let (outcome, reports) = running.end_with_reports().await;
        assert_eq!(outcome, done(LONG, 0), "{fault:?}");
        stage.assert_published(&body);
        let reports = events(&reports);
        assert_eq!(waits(&reports), 0, "{fault:?}");
        let starts = |event: &&TransferEvent| matches!(event, TransferEvent::Started { .. });
        assert_eq!(reports.iter().filter(starts).count(), 1, "{fault:?}");
    }
}

/// A server that has room for two bodies at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_little_room_gets_fewer_connections_and_the_file_comes() {
    let body = film(4, LONG);
    let file = ServedFile::new(body.clone());
    let script = Script::new(body.clone()).deciding(move |request, sending| {
        let fault = if sending >= 2 {
            Fault::RetryAfter(503, "3600".to_owned())
        } else if request.range().is_none() {
            Fault::Gate(HELD_AT)
        } else {
            Fault::None
        };
        Some((file.clone(), fault))
    });
    let stage = Stage::new(script);
    let running = stage.start(request(&stage));
    stage.server.asked(FOUR).await;
    stage.server.open_gate();
    let (outcome, reports) = running.end_with_reports().await;
    assert_eq!(outcome, done(LONG, 0));
    stage.assert_published(&body);
    assert_eq!(waits(&events(&reports)), 0);
}

#[tokio::test(start_paused = true)]
async fn a_silent_connection_is_given_up_in_time_and_its_bytes_come_by_another() {
    let clock = HeldClock::new();
    let body = film(5, LONG);
    let silent = |part| (part == 2).then_some(Fault::Silence);
    let stage = Stage::new(script(&body, silent));
    let mut request = request(&stage);
    request.retry.stall = STALL;
    let running = stage.start(request);
    stage.server.asked(FOUR).await;
    stage.server.open_gate();
    stage.server.asked(FOUR + 1).await;
    clock.turns().await;
    clock.pass(STALL).await;
    assert_eq!(running.end().await, done(LONG, 0));
    stage.assert_published(&body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_ranges_goes_on_with_its_one_answer() {
    let body = film(6, LONG);
    let stage = Stage::new(script(&body, |_| Some(Fault::RangeIgnored)));
    let mut running = stage.start(request(&stage));
    // each of three asks once more without the condition
    running.answered(1 + 2 * 3).await;
    stage.server.open_gate();
    let (outcome, notes) = running.end_with_notes().await;
    assert_eq!(outcome, done(LONG, 0));
    stage.assert_published(&body);
    let again = |note: &TransferNote| matches!(note, TransferNote::StartedAgain { .. });
    assert!(!notes.iter().any(again), "what flows is not given up: {notes:?}");
    let wholes = stage.asked().iter().filter(|asked| asked.is_none()).count();
    assert_eq!(wholes, 1);
}

/// What came from one answer contradicts what came from another: only a whole answer can be right.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lying_connection_is_found_where_its_bytes_meet_others() {
    let body = film(7, LONG);
    for liar in 1..=3 {
        let stage = Stage::new(script(&body, move |part| (part == liar).then_some(Fault::Lie)));
        let running = stage.start(request(&stage));
        stage.server.asked(FOUR).await;
        stage.server.open_gate();
        let (outcome, notes) = running.end_with_notes().await;
        assert_eq!(outcome, done(LONG, 0));
        stage.assert_published(&body);
        let bad = |note: &TransferNote| {
            let why = StartedAgain::BadPart;
            matches!(note, TransferNote::StartedAgain { why: found, .. } if *found == why)
        };
        assert!(notes.iter().any(bad), "{notes:?}");
        let wholes = stage.asked().iter().filter(|asked| asked.is_none()).count();
        assert_eq!(wholes, 2, "{:?}", stage.asked());
    }
}

/// The file is replaced while four connections fetch it: one version or the other comes out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_version_in_one_connection_never_mixes() {
    let (old, new) = (film(8, LONG), film(9, LONG));
    for (careless, tag) in [(false, "\"v2\""), (true, "\"v2\""), (true, "\"v1\"")] {
        let (first, second) = (
            ServedFile::new(old.clone()),
            ServedFile::new(new.clone()).etag(tag),
        );
        let count = AtomicUsize::new(0);
        let mut script = Script::of(second.clone()).deciding(move |_, _| {
            let (file, fault) = match count.fetch_add(1, Ordering::SeqCst) {
                0 => (&first, Fault::Gate(HELD_AT)),
                1 => (&first, Fault::None),
                _ => (&second, Fault::None),
            };
            Some((file.clone(), fault))
        });
        if careless {
            script = script.ignoring_if_range();
        }
        let stage = Stage::new(script);
        let running = stage.start(request(&stage));
        stage.server.asked(FOUR).await;
        stage.server.open_gate();
        assert_eq!(running.end().await, done(LONG, 0), "{careless} {tag}");
        let found = std::fs::read(stage.target()).unwrap();
        assert!(found == old || found == new, "a mixture: {careless} {tag}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_connections_stop_at_once_and_go_on_later() {
    let body = film(10, LONG);
    for (signal, error) in [
        (Signal::Pause, TransferError::Paused),
        (Signal::Interrupt, TransferError::Interrupted),
        (Signal::Cancel, TransferError::Cancelled),
    ] {
        let stage = Stage::new(script(&body, |part| Some(Fault::Stall(70_000 + part as u64))));
        let mut running = stage.start(request(&stage));
        let all = HELD_AT + 3 * 70_000 + 1 + 2 + 3;
        running.received(all).await;
        running.control.set(signal);
        assert_eq!(running.end().await, Err(error));
        if signal == Signal::Cancel {
            stage.assert_no_trace();
            continue;
        }
        assert!(!stage.target().exists());
        stage.server.now(Fault::None);
        let later = stage.fetch(request(&stage)).await;
        assert_eq!(later, done(LONG, all), "all that came counts");
        stage.assert_published(&body);
    }
}

/// Two transfers from one host that bears two connections: each has at least one, and never more than two are open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cap_of_a_host_holds_over_all_transfers() {
    let body = film(11, LONG);
    let engine = new_engine_with(&EngineOptions {
        connections_per_host: 2,
        ..EngineOptions::default()
    });
    let file = ServedFile::new(body.clone());
    let most = std::sync::Arc::new(AtomicUsize::new(0));
    let seen = most.clone();
    let script = Script::new(body.clone()).deciding(move |_, sending| {
        seen.fetch_max(sending + 1, Ordering::SeqCst);
        Some((file.clone(), Fault::Throttled(8 << 20)))
    });
    let stage = Stage::with_engine(script, engine);
    let first = stage.start(request(&stage));
    stage.server.asked(2).await;
    let mut second = request(&stage);
    second.target = stage.folder().join("other.mp4");
    let target = second.target.clone();
    let second = stage.start(second);
    assert_eq!(first.end().await, done(LONG, 0));
    assert_eq!(second.end().await, done(LONG, 0));
    for path in [stage.target(), target] {
        assert!(std::fs::read(path).unwrap() == body);
    }
    // each transfer gives its whole answer up once it has parts, which the server may notice a little late
    assert!(most.load(Ordering::SeqCst) <= 2 + 2, "{most:?}");
}

/// Each connection gets so much a second: more of them are worth it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_limits_each_connection_gets_more_of_them() {
    const RATE: u64 = 1 << 20;
    let body = film(12, 12 << 20);
    let total = body.len() as u64;
    let stage = Stage::new(Script::new(body.clone()).always(Fault::Throttled(RATE)));
    let mut request = request(&stage);
    request.connections = Connections::UpTo(8);
    assert_eq!(stage.fetch(request).await, done(total, 0));
    stage.assert_published(&body);
    assert!(stage.asked().len() >= 4, "{:?}", stage.asked());
    assert_parts_are_asked_for(&stage);
}
