//! The same run again: from the log of its updates, and from the log of its events. Both give the bytes that
//! the first run gave.

use std::sync::Arc;
use std::time::Duration;

use aniworld_services::ProgressService;
use aniworld_services::progress::{
    Board, Clock, ManualClock, Progress, ProgressEvent, ProgressStatus, ProgressUpdate, Significance,
    Snapshot,
};
use proptest::prelude::*;

use super::{Deed, OPERATIONS, deed};

/// An update, and how long after the one before it came.
type Entry = (Duration, ProgressUpdate);

fn log() -> impl Strategy<Value = Vec<Entry>> {
    let entry = (0..OPERATIONS, deed(), 0..3_000_u64);
    let entry =
        entry.prop_map(|(operation, deed, millis)| (Duration::from_millis(millis), deed.on(operation)));
    proptest::collection::vec(entry, 1..400)
}

fn bytes(snapshot: &Snapshot) -> String {
    serde_json::to_string_pretty(&(snapshot.seq, &snapshot.active, &snapshot.past)).unwrap()
}

/// How many entries lie between two snapshots.
const STRIDE: usize = 16;

/// The snapshots of a run, and at the end its last.
fn play(log: &[Entry]) -> Vec<String> {
    let clock = ManualClock::new();
    let service = ProgressService::with_clock(Arc::new(clock.clone()));
    let mut snapshots = Vec::new();
    for (index, (wait, update)) in log.iter().enumerate() {
        clock.advance(*wait);
        // what is refused is refused again
        let _ = service.apply(update.clone());
        if index.is_multiple_of(STRIDE) {
            snapshots.push(bytes(&service.snapshot()));
        }
    }
    snapshots.push(bytes(&service.snapshot()));
    snapshots
}

/// All events of a run, and the snapshot behind them.
fn record(log: &[Entry]) -> (Vec<ProgressEvent>, Snapshot) {
    let (mut board, clock) = (Board::new(), ManualClock::new());
    let mut events = Vec::new();
    for (wait, update) in log {
        clock.advance(*wait);
        events.extend(board.tick(clock.now()));
        if let Ok(applied) = board.apply(update.clone(), clock.now()) {
            events.push(applied.event);
            events.extend(applied.queue);
        }
    }
    (events, board.snapshot())
}

/// Whether it sums up other operations.
fn is_derived(progress: &Progress) -> bool {
    progress.metadata.contains_key("scope")
}

/// Makes a snapshot of nothing but events.
fn rebuild(events: &[ProgressEvent]) -> Snapshot {
    let mut active: Vec<Arc<Progress>> = Vec::new();
    let mut past: Vec<Arc<Progress>> = Vec::new();
    for event in events {
        let progress = Arc::clone(&event.progress);
        let place = active.iter().position(|it| it.id == progress.id);
        match place {
            Some(place) if progress.status.is_terminal() => {
                active.remove(place);
                // what only sums up others is no past
                if !is_derived(&progress) {
                    past.insert(0, progress);
                }
            }
            Some(place) => active[place] = progress,
            None => {
                assert_eq!(event.significance, Significance::StateChange);
                let first = if is_derived(&progress) {
                    ProgressStatus::InProgress
                } else {
                    ProgressStatus::Started
                };
                assert_eq!(progress.status, first);
                past.retain(|it| it.id != progress.id);
                active.push(progress);
            }
        }
    }
    active.sort_by_key(|progress| is_derived(progress));
    Snapshot {
        seq: events.last().map_or(0, |event| event.seq),
        active,
        past,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_log_of_updates_gives_the_same_bytes_on_its_way_and_at_its_end(log in log()) {
        prop_assert_eq!(play(&log), play(&log));
    }

    #[test]
    fn a_log_of_events_gives_the_bytes_of_the_snapshot(log in log()) {
        let (events, snapshot) = record(&log);
        prop_assert_eq!(bytes(&rebuild(&events)), bytes(&snapshot));
    }
}

#[test]
fn a_log_of_an_earlier_version_gives_the_bytes_that_it_gave_then() {
    let deeds = [
        (0, 0, Deed::Start(Some(3))),
        (10, 1, Deed::Start(Some(1_000))),
        (0, 2, Deed::Start(None)),
        (500, 1, Deed::Advance(100, Some(1_000))),
        (500, 1, Deed::Advance(300, Some(1_000))),
        (500, 2, Deed::Advance(50, None)),
        (1_000, 1, Deed::Advance(700, Some(1_000))),
        (0, 2, Deed::State(ProgressStatus::Waiting)),
        (500, 1, Deed::Phase("verifying")),
        (0, 3, Deed::Start(Some(10))),
        (0, 3, Deed::End(1)),
        (0, 3, Deed::Advance(5, Some(10))),
        (250, 3, Deed::Start(Some(20))),
        (250, 1, Deed::End(0)),
    ];
    let log = deeds.map(|(millis, operation, deed)| (Duration::from_millis(millis), deed.on(operation)));
    insta::assert_snapshot!(play(&log).pop().unwrap());
}
