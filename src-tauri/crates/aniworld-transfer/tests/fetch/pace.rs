//! How often it reports, and how fast it reads. The clock is moved by hand.

use std::time::Duration;

use aniworld_testkit::fault::{Fault, Script};
use aniworld_transfer::{Limit, TransferEvent};
use tokio::time::Instant;

use crate::held_clock::HeldClock;
use crate::stage::{Stage, done, film};

const SAMPLE: Duration = Duration::from_millis(50);
const MILLISECOND: Duration = Duration::from_millis(1);

fn samples(reports: &[(Instant, TransferEvent)]) -> Vec<(Instant, u64)> {
    reports
        .iter()
        .filter_map(|(at, event)| match event {
            TransferEvent::Progress { bytes, .. } => Some((*at, *bytes)),
            _ => None,
        })
        .collect()
}

fn limits(reports: &[(Instant, TransferEvent)]) -> impl Iterator<Item = Option<Limit>> {
    reports.iter().filter_map(|(_, event)| match event {
        TransferEvent::Progress { limit, .. } => Some(*limit),
        _ => None,
    })
}

#[tokio::test(start_paused = true)]
async fn a_moment_has_one_sample_however_many_bytes_come_in_it() {
    let _clock = HeldClock::new();
    let body = film(1, 4_000_000);
    // a new try is no reason for a new sample either
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Cut(2_000_000)));
    let (outcome, reports) = stage.start(stage.request()).end_with_reports().await;
    assert_eq!(outcome, done(4_000_000, 0));
    stage.assert_published(&body);
    assert_eq!(samples(&reports).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_last_sample_comes_while_the_server_is_silent() {
    let clock = HeldClock::new();
    let body = film(2, 300_000);
    let stage = Stage::new(Script::new(body.clone()).then(Fault::Gate(200_000)));
    let mut running = stage.start(stage.request());
    running.until_on_disk(&stage.part(), 200_000).await;
    clock.turns().await;
    let _first = running.pending();
    clock.pass_almost(SAMPLE).await;
    clock.turns().await;
    assert_eq!(running.pending(), [], "too early");
    clock.pass_the_rest().await;
    let total = Some(300_000);
    let bytes = 200_000;
    assert_eq!(
        running.next().await,
        Some(TransferEvent::Progress {
            bytes,
            total,
            limit: Some(Limit::Server)
        })
    );
    clock.pass(10 * SAMPLE).await;
    clock.turns().await;
    assert_eq!(running.pending(), [], "nothing new to tell");
    stage.server.open_gate();
    assert_eq!(running.end().await, done(300_000, 0));
    stage.assert_published(&body);
}

#[tokio::test(start_paused = true)]
async fn no_second_has_more_bytes_than_it_may() {
    const LIMIT: u64 = 100_000;
    let clock = HeldClock::new();
    let body = film(3, 400_000);
    let stage = Stage::new(Script::new(body.clone()));
    let mut request = stage.request();
    request.limit_bytes_per_s = Some(LIMIT);
    // the rests are longer than this: a reader that rests is not a server that is silent
    request.retry.stall = SAMPLE + 25 * MILLISECOND;
    let began = Instant::now();
    let mut running = stage.start(request);
    // each sample stands for bytes that were read; then the time passes that they may take
    let mut paid = 0;
    while let Some(event) = running.next().await {
        if let TransferEvent::Progress { bytes, .. } = event {
            clock.pass(rest(bytes - paid, LIMIT).max(SAMPLE)).await;
            paid = bytes;
        }
    }
    let (outcome, reports) = running.end_with_reports().await;
    assert_eq!(outcome, done(400_000, 0));
    stage.assert_published(&body);
    assert_eq!(stage.asked().len(), 1);
    let samples = samples(&reports);
    for pair in samples.windows(2) {
        let (earlier, now) = (pair[0].1, pair[1].0);
        let seconds = now.duration_since(began).as_secs_f64();
        assert!(earlier as f64 <= seconds * LIMIT as f64 + 1.0, "{samples:?}");
    }
    assert!(samples.len() > 5, "{samples:?}");
    let limits: Vec<_> = limits(&reports).collect();
    let held = limits.iter().filter(|limit| **limit == Some(Limit::SpeedLimit));
    assert!(
        2 * held.count() > limits.len(),
        "it waits for its limit: {limits:?}"
    );
    assert!(began.elapsed() >= Duration::from_secs(4));
}

/// The time that so many bytes take, rounded up to the grain of the clock.
fn rest(bytes: u64, limit: u64) -> Duration {
    Duration::from_millis((bytes * 1_000).div_ceil(limit))
}
