//! Days: added up with the row that ends a download, kept when it is forgotten; and what version 1 left.

use jiff::Timestamp;
use rusqlite::Connection;

use super::super::open;
use super::history::{all, ending, queued, run, scan};
use super::*;
use crate::downloads::JobState;
use crate::history::{Day, Figures, HistoryOutcome, today};

#[test]
fn a_day_adds_up_and_outlives_its_rows() {
    let (_dir, store, ids) = queued();
    run(
        &store,
        ids[0],
        100,
        ending(ids[0], JobState::Completed, Some(100)),
    );
    run(&store, ids[1], 20, ending(ids[1], JobState::Failed, None));
    scan(&store, 100, HistoryOutcome::Failed);
    let days = store.days(today(), today()).unwrap();
    let busy = all(&store).into_iter().filter(|row| row.source.is_some());
    let busy = busy.map(|row| row.took.unwrap()).sum();
    let figures = Figures {
        bytes: 120,
        episodes: 1,
        failures: 1,
        busy,
    };
    assert_eq!(
        days,
        [Day {
            day: today(),
            figures
        }]
    );
    let later = Timestamp::now()
        .checked_add(jiff::SignedDuration::from_hours(1))
        .unwrap();
    assert_eq!(store.forget_history(later, 100).unwrap(), 3);
    assert_eq!(all(&store).len(), 0);
    let metrics = store.metrics(today()).unwrap();
    assert_eq!(
        (metrics.total, metrics.last_7_days, metrics.last_30_days),
        (figures, figures, figures)
    );
    assert_eq!((metrics.busiest_day, metrics.history_rows), (Some(days[0]), 0));
}

#[test]
fn the_last_days_end_today() {
    let (dir, store) = store();
    let connection = Connection::open(dir.path().join(DATABASE_FILE)).unwrap();
    let insert = "INSERT INTO day VALUES ('2025-11-01', 1, 1, 0, 1000), ('2025-11-24', 20, 1, 0, 1000),
                                         ('2025-11-25', 300, 1, 0, 1000), ('2025-12-01', 4000, 1, 0, 1000)";
    connection.execute(insert, []).unwrap();
    let metrics = store.metrics("2025-12-01".parse().unwrap()).unwrap();
    assert_eq!(metrics.last_7_days.bytes, 4300);
    assert_eq!(metrics.last_30_days.bytes, 4320);
    assert_eq!(metrics.total.bytes, 4321);
    assert_eq!(metrics.total.bytes_per_second(), Some(1080));
    assert_eq!(metrics.busiest_day.unwrap().day.to_string(), "2025-12-01");
}

#[test]
fn the_row_and_its_day_come_together_or_not_at_all() {
    let (dir, store, ids) = queued();
    let connection = Connection::open(dir.path().join(DATABASE_FILE)).unwrap();
    let trigger = "CREATE TRIGGER no BEFORE INSERT ON day BEGIN SELECT raise(ABORT, 'no'); END";
    connection.execute_batch(trigger).unwrap();
    let changes = [
        JobChange::Start(ids[0]),
        ending(ids[0], JobState::Completed, Some(1)),
    ];
    assert!(store.change_jobs(Durability::Process, &changes).is_err());
    assert_eq!(all(&store).len(), 0);
    assert_eq!(store.job(ids[0]).unwrap().unwrap().state, JobState::Queued);
}

#[test]
fn what_version_1_kept_is_carried_over() {
    let dir = tempfile::tempdir().unwrap();
    let old = Connection::open(dir.path().join(DATABASE_FILE)).unwrap();
    old.execute_batch(include_str!("../migrations/0001_init.sql"))
        .unwrap();
    old.execute_batch(
        "INSERT INTO outcome VALUES
             (3, 7, 'completed', 'Naruto', 'Naruto', 1, '1', 1, NULL, 'first', 100, 1, NULL, 1762509600000),
             (5, 8, 'failed', 'Naruto', 'Naruto', 1, '2', 2, 'Two', 'first', 9, 4,
              '{\"code\": \"not_found\", \"message\": \"gone\"}', 1762509601000);",
    )
    .unwrap();
    old.pragma_update(None, "application_id", open::APPLICATION_ID)
        .unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    old.close().unwrap();

    let store = Store::open(dir.path()).unwrap();
    let rows = all(&store);
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.id, row.operation.as_str(), row.attempt, row.transferred))
        .collect();
    assert_eq!(
        told,
        [
            (5, "download_Naruto_1_2~2", 4, 0),
            (3, "download_Naruto_1_1", 1, 100)
        ]
    );
    assert_eq!(rows[0].failure.as_ref().unwrap().code, "not_found");
    assert_eq!(rows[0].started_at, None, "version 1 did not keep it");
    let total = store.metrics(today()).unwrap().total;
    assert_eq!((total.bytes, total.episodes, total.failures), (100, 1, 1));
    assert!(store.last_outcome().unwrap() == 5);
}
