//! What is told when, from progress as the services report it.

use std::sync::Arc;

use aniworld_services::progress::{
    Action, Board, Clock, LIBRARY_SCAN, ManualClock, ProgressUpdate, download_id, error_id,
};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::Attention::{Focused, Hidden, Visible};

/// A program whose progress the policy hears.
struct Stage {
    board: Board,
    clock: ManualClock,
    policy: Policy,
    attention: Attention,
    told: Vec<Notification>,
    /// When each of them was told.
    told_at: Vec<Duration>,
    /// What waits for its time is asked for again after this.
    due_in: Option<Duration>,
}

impl Stage {
    fn seen(attention: Attention) -> Self {
        let mut board = Board::new();
        let clock = ManualClock::new();
        let start = starting(DOWNLOAD_QUEUE, ProgressType::Queue);
        board.apply(start, clock.now()).unwrap();
        let policy = Policy::begin(&board.snapshot(), clock.now().steady);
        Self {
            board,
            clock,
            policy,
            attention,
            told: Vec::new(),
            told_at: Vec::new(),
            due_in: None,
        }
    }

    fn apply(&mut self, update: ProgressUpdate) {
        let applied = self.board.apply(update, self.clock.now()).unwrap();
        self.hear(&Delivery::Event(applied.event));
    }

    fn hear(&mut self, delivery: &Delivery) {
        let now = self.clock.now().steady;
        let may_tell = self.policy.take(delivery, now);
        let told = self.told.len();
        self.ask();
        assert!(may_tell || self.told.len() == told, "whoever sleeps is woken");
    }

    fn ask(&mut self) {
        let now = self.clock.now().steady;
        self.due_in = loop {
            match self.policy.due(self.attention, now) {
                Due::Now(notification) => {
                    assert_ne!(self.attention, Focused);
                    self.told.push(notification);
                    self.told_at.push(now);
                }
                Due::In(time) => break Some(time),
                Due::Nothing => break None,
            }
        };
    }

    fn pass(&mut self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.ask();
    }

    fn look_at(&mut self, attention: Attention) {
        self.attention = attention;
        self.ask();
    }

    fn queue(&mut self, idle: bool, paused: bool) {
        let status = if idle {
            ProgressStatus::Waiting
        } else {
            ProgressStatus::InProgress
        };
        let state = Action::State {
            status,
            message: None,
        };
        let update = ProgressUpdate::new(DOWNLOAD_QUEUE, state)
            .with(keys::IDLE, idle)
            .with(keys::PAUSED, paused)
            .forced();
        self.apply(update);
    }

    /// A run of the queue that takes so long, with these ends of downloads.
    fn run(&mut self, seconds: u64, ends: &[(&str, End)]) {
        self.queue(false, false);
        self.pass(seconds);
        for (number, (series, end)) in ends.iter().enumerate() {
            self.download(series, &number.to_string(), *end);
        }
        self.queue(true, false);
    }

    fn download(&mut self, series: &str, number: &str, end: End) {
        let id = download_id(series, 1, &number, 1);
        let start = starting(&id, ProgressType::Download).with(keys::SERIES, series);
        self.apply(start);
        let message = "/home/somebody/Videos".to_owned();
        self.apply(match end {
            End::Completed => ProgressUpdate::new(id, Action::Complete { message }),
            End::Skipped => {
                ProgressUpdate::new(id, Action::Complete { message }).with(keys::REASON, keys::REASON_SKIPPED)
            }
            End::Cancelled => ProgressUpdate::new(id, Action::Cancel { message }),
            End::Failed(code) => {
                ProgressUpdate::new(id, Action::Fail { message }).with(keys::ERROR_CODE, code)
            }
        });
    }

    fn scan(&mut self, missing: u64) {
        self.apply(starting(LIBRARY_SCAN, ProgressType::Scan));
        let message = String::new();
        let end = ProgressUpdate::new(LIBRARY_SCAN, Action::Complete { message });
        self.apply(end.with("totals", json!({ "missing": missing })));
    }
}

#[derive(Debug, Clone, Copy)]
enum End {
    Completed,
    Skipped,
    Cancelled,
    Failed(&'static str),
}

const DONE: End = End::Completed;
const GONE: End = End::Failed("not_found");

fn starting(id: &str, kind: ProgressType) -> ProgressUpdate {
    let (title, message) = (String::new(), String::new());
    ProgressUpdate::new(
        id,
        Action::Start {
            kind,
            title,
            message,
            current: 0,
            total: None,
        },
    )
}

fn ended(completed: u64, failed: u64, series: Option<&str>) -> Notification {
    let series = series.map(str::to_owned);
    Notification::RunEnded {
        completed,
        failed,
        series,
    }
}

#[test]
fn a_run_is_told_once_at_its_end() {
    let mut stage = Stage::seen(Hidden);
    stage.run(5, &[("A", DONE), ("A", DONE), ("A", GONE)]);
    assert_eq!(stage.told, [ended(2, 1, Some("A"))]);
    stage.pass(60);
    stage.run(5, &[("A", DONE), ("B", DONE)]);
    assert_eq!(stage.told[1..], [ended(2, 0, None)]);
    stage.pass(600);
    assert_eq!(stage.told.len(), 2);
}

#[test]
fn between_two_downloads_a_run_is_not_over() {
    let mut stage = Stage::seen(Hidden);
    stage.queue(false, false);
    stage.download("A", "1", DONE);
    stage.queue(false, false);
    stage.download("A", "2", DONE);
    // paused by hand: the rest comes later
    stage.queue(true, true);
    assert_eq!(stage.told, []);
    stage.queue(false, false);
    stage.download("A", "3", DONE);
    stage.queue(true, false);
    assert_eq!(stage.told, [ended(3, 0, Some("A"))]);
}

#[test]
fn what_was_skipped_or_cancelled_is_never_told() {
    let mut stage = Stage::seen(Hidden);
    stage.run(90, &[("A", End::Skipped), ("A", End::Cancelled)]);
    assert_eq!(stage.told, []);
    stage.run(90, &[("A", End::Skipped), ("B", DONE), ("C", End::Cancelled)]);
    assert_eq!(stage.told, [ended(1, 0, Some("B"))]);
}

#[test]
fn whoever_has_the_window_in_front_is_told_nothing() {
    let mut stage = Stage::seen(Focused);
    stage.run(90, &[("A", DONE), ("A", End::Failed("disk_full"))]);
    stage.scan(1);
    stage.scan(5);
    stage.look_at(Hidden);
    stage.pass(600);
    assert_eq!(stage.told, []);
}

#[test]
fn a_short_run_is_no_news_to_somebody_who_can_see_the_window() {
    let mut stage = Stage::seen(Visible);
    stage.run(29, &[("A", DONE)]);
    stage.pass(90);
    assert_eq!(stage.told, []);
    stage.run(30, &[("A", DONE)]);
    assert_eq!(stage.told, [ended(1, 0, Some("A"))]);
}

#[test]
fn trouble_that_stops_everything_is_told_at_once_and_once() {
    for (code, trouble) in [
        ("disk_full", Trouble::DiskFull),
        ("library_missing", Trouble::LibraryMissing),
        ("read_only", Trouble::ReadOnly),
    ] {
        let mut stage = Stage::seen(Visible);
        stage.queue(false, false);
        stage.download("A", "1", End::Failed(code));
        assert_eq!(stage.told, [Notification::Trouble(trouble)], "the run goes on");
        for number in ["2", "3"] {
            stage.download("A", number, End::Failed(code));
        }
        stage.pass(120);
        stage.queue(true, false);
        assert_eq!(
            stage.told.len(),
            1,
            "the same is not repeated, and not counted again"
        );
        stage.pass(3_600);
        stage.download("A", "4", End::Failed(code));
        assert_eq!(stage.told.len(), 2, "unless nobody looked for an hour");
    }
}

#[test]
fn trouble_is_told_again_after_somebody_looked() {
    let mut stage = Stage::seen(Hidden);
    let unreachable = |stage: &mut Stage| {
        stage.apply(starting(LIBRARY_SCAN, ProgressType::Scan));
        let message = "/mnt/disk".to_owned();
        let end = ProgressUpdate::new(LIBRARY_SCAN, Action::Fail { message });
        stage.apply(end.with(keys::ERROR_CODE, "library_unreachable"));
    };
    unreachable(&mut stage);
    unreachable(&mut stage);
    assert_eq!(stage.told, [Notification::Trouble(Trouble::LibraryMissing)]);
    stage.look_at(Focused);
    stage.look_at(Hidden);
    unreachable(&mut stage);
    assert_eq!(stage.told.len(), 2);
    let id = error_id();
    stage.apply(starting(&id, ProgressType::Error));
    let message = String::new();
    stage.apply(ProgressUpdate::new(id, Action::Fail { message }));
    assert_eq!(stage.told[2..], [Notification::Trouble(Trouble::Broken)]);
}

#[test]
fn at_most_one_a_minute_and_what_waits_becomes_one() {
    let mut stage = Stage::seen(Hidden);
    stage.run(1, &[("A", DONE)]);
    stage.run(1, &[("A", DONE), ("A", GONE)]);
    stage.run(1, &[("B", DONE)]);
    assert_eq!(stage.told.len(), 1);
    assert_eq!(stage.due_in, Some(Duration::from_secs(58)));
    stage.pass(57);
    assert_eq!(stage.told.len(), 1);
    stage.pass(1);
    assert_eq!(stage.told[1..], [ended(2, 1, None)]);
    // trouble does not wait
    stage.run(1, &[("A", End::Failed("disk_full"))]);
    assert_eq!(stage.told[2..], [Notification::Trouble(Trouble::DiskFull)]);
}

#[test]
fn what_waits_is_dropped_when_somebody_looks() {
    let mut stage = Stage::seen(Hidden);
    stage.run(1, &[("A", DONE)]);
    stage.run(1, &[("A", DONE)]);
    stage.look_at(Focused);
    stage.look_at(Hidden);
    stage.pass(600);
    assert_eq!(stage.told.len(), 1);
}

#[test]
fn failures_alone_are_not_repeated_but_new_episodes_are_always_news() {
    let mut stage = Stage::seen(Hidden);
    for _ in 0..3 {
        stage.run(90, &[("A", GONE)]);
    }
    assert_eq!(stage.told, [ended(0, 1, Some("A"))]);
    for _ in 0..2 {
        stage.run(90, &[("A", DONE)]);
    }
    assert_eq!(stage.told.len(), 3);
}

#[test]
fn a_scan_is_told_where_it_found_more_and_nothing_is_downloaded() {
    let mut stage = Stage::seen(Hidden);
    stage.scan(7);
    assert_eq!(stage.told, [], "what was missing before is not known");
    stage.scan(7);
    stage.scan(6);
    assert_eq!(stage.told, []);
    stage.scan(9);
    assert_eq!(stage.told, [Notification::NewEpisodes(3)]);
    stage.pass(60);
    stage.queue(false, false);
    stage.scan(12);
    assert_eq!(stage.told.len(), 1, "it comes by itself");
    stage.download("A", "1", DONE);
    stage.download("A", "2", DONE);
    stage.queue(true, false);
    assert_eq!(stage.told[1..], [ended(2, 0, Some("A"))]);
    stage.pass(60);
    // two of twelve came, one is new
    stage.scan(11);
    assert_eq!(stage.told[2..], [Notification::NewEpisodes(1)]);
}

#[test]
fn a_sum_is_worth_more_than_a_scan_that_waits_with_it() {
    let mut stage = Stage::seen(Hidden);
    stage.scan(1);
    stage.run(1, &[("A", GONE)]);
    stage.run(1, &[("B", DONE)]);
    stage.scan(4);
    stage.pass(60);
    assert_eq!(stage.told[1..], [ended(1, 0, Some("B"))]);
}

#[test]
fn an_overflow_loses_no_end_and_counts_none_twice() {
    let mut stage = Stage::seen(Hidden);
    stage.queue(false, false);
    stage.download("A", "1", DONE);
    stage.clock.advance(Duration::from_secs(1));
    // not heard
    let now = stage.clock.now();
    for (number, code) in [("2", None), ("3", Some("not_found"))] {
        let id = download_id("A", 1, &number, 1);
        let start = starting(&id, ProgressType::Download).with(keys::SERIES, "A");
        stage.board.apply(start, now).unwrap();
        let message = String::new();
        let end = match code {
            None => ProgressUpdate::new(id, Action::Complete { message }),
            Some(code) => ProgressUpdate::new(id, Action::Fail { message }).with(keys::ERROR_CODE, code),
        };
        stage.board.apply(end, now).unwrap();
    }
    stage.hear(&Delivery::Resync(stage.board.snapshot()));
    stage.hear(&Delivery::Resync(stage.board.snapshot()));
    stage.queue(true, false);
    assert_eq!(stage.told, [ended(2, 1, Some("A"))]);
}

#[test]
fn at_the_start_what_ended_before_anybody_listened_is_caught_up() {
    let mut stage = Stage::seen(Hidden);
    stage.run(1, &[("A", DONE), ("A", GONE)]);
    stage.scan(3);
    let snapshot = stage.board.snapshot();
    stage.policy = Policy::default();
    stage.told.clear();
    stage.hear(&Delivery::Resync(snapshot));
    assert_eq!(stage.told, [ended(1, 1, Some("A"))]);
}

#[test]
fn what_ended_before_the_beginning_is_no_news() {
    let mut stage = Stage::seen(Hidden);
    stage.run(1, &[("A", DONE)]);
    stage.scan(3);
    let snapshot = stage.board.snapshot();
    stage.policy = Policy::begin(&snapshot, stage.clock.now().steady);
    stage.told.clear();
    stage.hear(&Delivery::Resync(snapshot));
    stage.queue(true, false);
    assert_eq!(stage.told, []);
    stage.scan(4);
    assert_eq!(
        stage.told,
        [Notification::NewEpisodes(1)],
        "the last scan is known"
    );
}

#[test]
fn progress_alone_wakes_nobody() {
    let mut stage = Stage::seen(Hidden);
    let id = download_id("A", 1, &1, 1);
    stage.apply(starting(&id, ProgressType::Download));
    let mut advance = |current| {
        let update = ProgressUpdate::new(
            id.as_str(),
            Action::Advance {
                current,
                total: None,
                message: None,
            },
        );
        let applied = stage.board.apply(update, stage.clock.now()).unwrap();
        let progress: Arc<Progress> = Arc::clone(&applied.event.progress);
        assert_eq!(progress.current, current);
        stage.policy.take(&Delivery::Event(applied.event), Duration::ZERO)
    };
    assert!(!advance(1));
    assert!(!advance(2));
}

/// What may happen, as a number for each.
fn happens(stage: &mut Stage, what: u8, seconds: u64) {
    stage.pass(seconds);
    match what {
        0 | 1 => stage.run(seconds, &[("A", DONE), ("B", GONE)]),
        2 => stage.run(seconds, &[("A", GONE)]),
        3 => stage.run(seconds, &[("A", End::Failed("disk_full"))]),
        4 => stage.scan(seconds),
        5 => stage.look_at(Visible),
        6 => stage.look_at(Focused),
        _ => stage.look_at(Hidden),
    }
}

proptest! {
    /// However it comes: nothing in front, an ordinary one never within a minute of another, trouble never twice
    /// within an hour unless somebody looked, and what waits comes in time.
    #[test]
    fn nobody_is_nagged(steps in prop::collection::vec((0..8_u8, 0..100_u64), 0..60)) {
        let mut stage = Stage::seen(Hidden);
        let mut looked = Vec::new();
        for (what, seconds) in steps {
            happens(&mut stage, what, seconds);
            if what == 6 {
                looked.push(stage.told.len());
            }
            prop_assert!(stage.due_in.is_none_or(|time| time <= GAP));
        }
        let told: Vec<_> = stage.told.iter().zip(&stage.told_at).collect();
        for pair in told.windows(2) {
            let is_trouble = matches!(pair[1].0, Notification::Trouble(_));
            prop_assert!(is_trouble || *pair[1].1 >= *pair[0].1 + GAP, "{:?}", pair);
        }
        for (later, (what, at)) in told.iter().enumerate() {
            let before = told[..later].iter().rposition(|(told, _)| told == what);
            let Some(before) = before.filter(|_| matches!(what, Notification::Trouble(_))) else {
                continue;
            };
            let was_seen = looked.iter().any(|place| (before + 1..=later).contains(place));
            prop_assert!(was_seen || **at >= *told[before].1 + REPEAT_AFTER);
        }
    }
}
