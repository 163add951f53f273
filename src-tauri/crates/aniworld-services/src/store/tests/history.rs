//! The history on disk: a row per ended attempt, found by indexes.

use std::time::Duration;

use jiff::Timestamp;

use super::super::{history, record};
use super::*;
use crate::downloads::{JobFailure, JobId, JobState, Selection};
use crate::history::{HistoryOutcome, HistoryQuery, HistoryRow, HistorySubject};
use crate::progress::ProgressType;

/// The store of four of six with both missing episodes in the queue.
pub(super) fn queued() -> (TempDir, Store, Vec<JobId>) {
    let (dir, store) = store();
    four_of_six(&store);
    let (added, _) = store.add_jobs(&store.new_jobs(Selection::All).unwrap()).unwrap();
    (dir, store, added.into_iter().map(|job| job.id).collect())
}

fn change(store: &Store, changes: &[JobChange]) {
    store.change_jobs(Durability::Process, changes).unwrap();
}

pub(super) fn ending(id: JobId, state: JobState, bytes: Option<u64>) -> JobChange {
    let failure = (state == JobState::Failed).then(|| JobFailure {
        code: "not_found".to_owned(),
        message: "the server answered 404".to_owned(),
        params: std::collections::BTreeMap::new(),
    });
    let mut ending = Ending::of(id, state, failure, false);
    ending.bytes = bytes;
    JobChange::End(ending)
}

fn rows(store: &Store, query: &HistoryQuery) -> Vec<HistoryRow> {
    store.history(query).unwrap().1
}

pub(super) fn all(store: &Store) -> Vec<HistoryRow> {
    rows(store, &HistoryQuery::default())
}

/// A scan that ended at this second.
pub(super) fn scan(store: &Store, second: i64, outcome: HistoryOutcome) {
    let at = Timestamp::from_second(second).unwrap();
    let ended = EndedOperation {
        begun: OpenOperation {
            operation: "library_scan".to_owned(),
            kind: ProgressType::Scan,
            attempt: 1,
            title: "Scanning the library".to_owned(),
            started_at: at,
        },
        outcome,
        message: "4 series".to_owned(),
        failure: None,
        ended_at: at,
    };
    store.operation_ended(&ended).unwrap();
}

pub(super) fn run(store: &Store, id: JobId, received: u64, last: JobChange) {
    change(
        store,
        &[JobChange::Start(id), JobChange::Received(id, received), last],
    );
}

#[test]
fn a_row_says_what_how_much_how_long_from_where_and_why() {
    let (_dir, store, ids) = queued();
    run(&store, ids[0], 30, JobChange::Pause(ids[0]));
    change(&store, &[JobChange::Queue(ids[0])]);
    run(&store, ids[0], 70, ending(ids[0], JobState::Completed, Some(100)));
    run(&store, ids[1], 5, ending(ids[1], JobState::Failed, None));
    let rows = all(&store);
    assert_eq!(rows.len(), 2);
    let (failed, done) = (&rows[0], &rows[1]);
    assert_eq!(done.operation, "download_Night Trains_1_5");
    assert_eq!(
        (
            done.kind,
            done.attempt,
            done.outcome,
            done.bytes,
            done.transferred
        ),
        (ProgressType::Download, 1, HistoryOutcome::Completed, 100, 100)
    );
    assert_eq!(done.source.as_deref(), Some("first"));
    assert!(matches!(&done.subject, HistorySubject::Episode(label) if label.series == "Night Trains"));
    let (started_at, took) = (done.started_at.unwrap(), done.took.unwrap());
    assert!(started_at <= done.ended_at);
    assert!(took <= Duration::try_from(done.ended_at.duration_since(started_at)).unwrap());
    assert_eq!((failed.outcome, failed.transferred), (HistoryOutcome::Failed, 5));
    assert_eq!(failed.failure.as_ref().unwrap().code, "not_found");
}

#[test]
fn an_attempt_ends_once_and_the_next_one_is_another_row() {
    let (_dir, store, ids) = queued();
    run(&store, ids[0], 1, ending(ids[0], JobState::Failed, None));
    change(&store, &[ending(ids[0], JobState::Failed, None)]);
    assert_eq!(all(&store).len(), 1, "it has ended already");
    store.requeue_job(ids[0]).unwrap().unwrap();
    run(&store, ids[0], 2, ending(ids[0], JobState::Failed, None));
    let rows = all(&store);
    let told: Vec<_> = rows.iter().map(|row| (row.attempt, row.transferred)).collect();
    assert_eq!(told, [(2, 2), (1, 1)], "each with its own bytes");
}

#[test]
fn what_never_ran_has_no_beginning() {
    let (_dir, store, ids) = queued();
    for _ in 0..3 {
        change(&store, &[ending(ids[0], JobState::Cancelled, None)]);
        store.requeue_job(ids[0]).unwrap().unwrap();
    }
    let rows = all(&store);
    assert_eq!(rows.len(), 3, "given up three times");
    assert!(
        rows.iter()
            .all(|row| row.started_at.is_none() && row.took.is_none())
    );
}

#[test]
fn what_ran_in_a_crash_keeps_what_was_known_of_it() {
    let (dir, store, ids) = queued();
    change(
        &store,
        &[JobChange::Start(ids[0]), JobChange::Received(ids[0], 40)],
    );
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    store.recover_jobs(9, &JobFailure::quarantine()).unwrap();
    assert_eq!(all(&store).len(), 0, "it has not ended");
    run(&store, ids[0], 60, ending(ids[0], JobState::Completed, Some(100)));
    let rows = all(&store);
    assert_eq!(
        (rows.len(), rows[0].attempt, rows[0].transferred),
        (1, 1, 100),
        "a crash is no new attempt"
    );
}

#[test]
fn rows_are_chosen_by_series_kind_outcome_and_time() {
    let (_dir, store, ids) = queued();
    run(&store, ids[0], 1, ending(ids[0], JobState::Completed, Some(1)));
    run(&store, ids[1], 1, ending(ids[1], JobState::Failed, None));
    for second in [100, 200, 300] {
        scan(&store, second, HistoryOutcome::Completed);
    }
    let count = |query: HistoryQuery| {
        let (total, rows) = store.history(&query).unwrap();
        assert_eq!(usize::try_from(total), Ok(rows.len()), "{query:?}");
        rows.len()
    };
    let query = HistoryQuery::default;
    assert_eq!(count(query()), 5);
    let kind = Some(ProgressType::Scan);
    assert_eq!(count(HistoryQuery { kind, ..query() }), 3);
    let outcome = Some(HistoryOutcome::Completed);
    assert_eq!(count(HistoryQuery { outcome, ..query() }), 4);
    let both = HistoryQuery {
        kind,
        outcome,
        ..query()
    };
    assert_eq!(count(both), 3);
    let series = store.series_in_history(" night TRAINS ").unwrap();
    assert_eq!(series.as_deref(), Some("Night Trains"));
    assert_eq!(count(HistoryQuery { series, ..query() }), 2);
    assert_eq!(store.series_in_history("Day Trains").unwrap(), None);
    let (since, until) = (Timestamp::from_second(200).ok(), Timestamp::from_second(300).ok());
    assert_eq!(count(HistoryQuery { since, ..query() }), 4);
    assert_eq!(count(HistoryQuery { until, ..query() }), 2);
    assert_eq!(
        count(HistoryQuery {
            since,
            until,
            ..query()
        }),
        1
    );
    let page = HistoryQuery {
        kind,
        offset: 1,
        limit: Some(1),
        ..query()
    };
    let (total, rows) = store.history(&page).unwrap();
    assert_eq!((total, rows[0].ended_at.as_second()), (3, 200), "newest first");
}

#[test]
fn every_query_is_answered_in_the_order_of_an_index() {
    let (dir, store) = store();
    let instant = Timestamp::from_second(1).ok();
    for bits in 0..32_u8 {
        let has = |bit: u8| bits & (1 << bit) != 0;
        let query = HistoryQuery {
            series: has(0).then(String::new),
            kind: has(1).then_some(ProgressType::Scan),
            outcome: has(2).then_some(HistoryOutcome::Failed),
            since: has(3).then_some(instant).flatten(),
            until: has(4).then_some(instant).flatten(),
            ..HistoryQuery::default()
        };
        for sql in [history::page_sql(&query), history::count_sql(&query)] {
            let plan = lists::plan(&dir, &sql);
            assert!(
                plan.iter().all(|line| line.contains("INDEX outcome_")),
                "{query:?}: {plan:#?}"
            );
        }
        store.history(&query).unwrap();
    }
    let forget = lists::plan(&dir, record::FORGET);
    assert!(
        forget
            .iter()
            .any(|line| line.contains("SEARCH outcome USING COVERING INDEX outcome_ended")),
        "{forget:#?}"
    );
    assert!(forget.iter().all(|line| !line.starts_with("SCAN")), "{forget:#?}");
}

#[test]
fn a_text_is_looked_for_in_titles_and_folders_of_series() {
    let (_dir, store, ids) = queued();
    run(&store, ids[0], 1, ending(ids[0], JobState::Completed, Some(1)));
    run(&store, ids[1], 1, ending(ids[1], JobState::Failed, None));
    scan(&store, 100, HistoryOutcome::Completed);
    let count = |text: &str, kind| {
        let query = HistoryQuery {
            text: Some(text.to_owned()),
            kind,
            ..HistoryQuery::default()
        };
        let (total, rows) = store.history(&query).unwrap();
        assert_eq!(usize::try_from(total), Ok(rows.len()), "{query:?}");
        let all = store.each_of_history(&query, |_| Ok::<_, StoreFailure>(()));
        assert_eq!(all, Ok(total), "{query:?}");
        total
    };
    for (text, found) in [("TRAIN", 2), (" night tr", 2), ("%", 0), ("day", 0), ("  ", 3)] {
        assert_eq!(count(text, None), found, "{text:?}");
    }
    let kind = Some(ProgressType::Scan);
    assert_eq!(count("trains", kind), 0, "a scan is of no series");
}

#[test]
fn a_text_is_looked_for_in_folders_not_in_rows() {
    let (dir, store) = store();
    let query = HistoryQuery {
        text: Some("night".to_owned()),
        ..HistoryQuery::default()
    };
    for sql in [
        history::page_sql(&query),
        history::count_sql(&query),
        history::FOLDERS.to_owned(),
    ] {
        let plan = lists::plan(&dir, &sql);
        assert!(
            plan.iter().all(|line| !line.starts_with("SCAN outcome")),
            "{plan:#?}"
        );
        assert!(
            plan.iter()
                .any(|line| line.contains("SEARCH outcome USING") && line.contains("outcome_series")),
            "{plan:#?}"
        );
    }
    assert_eq!(store.history(&query).unwrap(), (0, Vec::new()));
}

#[test]
fn a_reader_that_stops_ends_the_reading() {
    let (_dir, store) = store();
    (0..5).for_each(|second| scan(&store, second, HistoryOutcome::Completed));
    let mut seen = 0;
    let stopped = store.each_of_history(&HistoryQuery::default(), |_| {
        seen += 1;
        (seen < 3)
            .then_some(())
            .ok_or_else(|| StoreFailure("enough".to_owned()))
    });
    assert_eq!((stopped, seen), (Err(StoreFailure("enough".to_owned())), 3));
}
