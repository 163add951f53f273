//! What is written, when, and what of it is there afterwards.

use super::*;
use crate::progress::journal::{FIRST, LAST};
use crate::progress::{Action, Decision, ManualClock, Note, ProgressType, ProgressUpdate};
use tempfile::TempDir;

const ID: &str = "download_naruto_1_1";

fn retried() -> Note {
    Note::Decided(Decision::Retried)
}

fn house() -> (TempDir, Store, ProgressService) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    (dir, store, ProgressService::new())
}

async fn kept(store: &Store, total: u64) {
    while store.journal(ID).unwrap().is_none_or(|it| it.total() < total) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_first_news_are_written_at_once_and_the_next_after_a_second() {
    let (_dir, store, progress) = house();
    let clock = ManualClock::new();
    let keeper = Keeper::start(progress.clone(), store.clone(), Arc::new(clock.clone()));
    progress.note(ID, retried());
    kept(&store, 1).await;
    progress.note(ID, retried());
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.journal(ID).unwrap().unwrap().total(), 1, "it sleeps");
    while store.journal(ID).unwrap().unwrap().total() < 2 {
        clock.advance(EVERY);
        tokio::task::yield_now().await;
    }
    progress.note(ID, retried());
    keeper.finish().await;
    assert_eq!(
        store.journal(ID).unwrap().unwrap().total(),
        3,
        "the end waits for nobody"
    );
}

#[tokio::test]
async fn a_journal_goes_on_over_restarts_and_stays_bounded() {
    let (_dir, store, _) = house();
    for run in 1..=5_u64 {
        let progress = ProgressService::new();
        if let Some(journal) = store.journal(ID).unwrap() {
            progress.adopt_journal(ID, journal);
        }
        for _ in 0..50 {
            progress.note(ID, retried());
        }
        Writer::new(progress.clone(), store.clone())
            .write()
            .await
            .unwrap();
        let journal = store.journal(ID).unwrap().unwrap();
        assert_eq!(Some(&journal), progress.journal(ID).as_ref());
        assert_eq!(journal.total(), run * 50);
        let all = usize::try_from(run * 50).unwrap();
        assert_eq!(journal.entries().count(), all.min(FIRST + LAST));
    }
}

#[tokio::test]
async fn a_journal_that_begins_anew_replaces_the_old_one() {
    let (_dir, store, progress) = house();
    for _ in 0..3 {
        progress.note(ID, retried());
    }
    Writer::new(progress.clone(), store.clone())
        .write()
        .await
        .unwrap();
    let anew = ProgressService::new();
    anew.note(ID, Note::Decided(Decision::Paused));
    Writer::new(anew.clone(), store.clone()).write().await.unwrap();
    assert_eq!(store.journal(ID).unwrap(), anew.journal(ID));
}

#[tokio::test]
async fn what_the_store_refuses_is_written_later() {
    let (dir, store, progress) = house();
    progress.note(ID, retried());
    let sql = |text: &str| {
        let connection = rusqlite::Connection::open(dir.path().join(crate::store::DATABASE_FILE)).unwrap();
        connection.execute_batch(text).unwrap();
    };
    sql("CREATE TRIGGER broken BEFORE INSERT ON journal BEGIN SELECT raise(ABORT, 'no'); END");
    Writer::new(progress.clone(), store.clone())
        .write()
        .await
        .unwrap_err();
    assert!(progress.has_journal_news());
    sql("DROP TRIGGER broken");
    Writer::new(progress.clone(), store.clone())
        .write()
        .await
        .unwrap();
    assert_eq!(store.journal(ID).unwrap(), progress.journal(ID));
    assert!(!progress.has_journal_news());
}

#[tokio::test]
async fn journals_are_forgotten_with_their_operations_but_not_before_they_are_written() {
    let (_dir, store, progress) = house();
    let _news = progress.keep_journals();
    for number in 0..1_500 {
        let id = format!("error_{number}");
        let start = Action::Start {
            kind: ProgressType::Error,
            title: String::new(),
            message: String::new(),
            current: 0,
            total: None,
        };
        progress.apply(ProgressUpdate::new(id.as_str(), start)).unwrap();
        let end = Action::Fail {
            message: String::new(),
        };
        progress.apply(ProgressUpdate::new(id.as_str(), end)).unwrap();
    }
    assert!(progress.journal("error_0").is_some(), "not written yet");
    Writer::new(progress.clone(), store.clone())
        .write()
        .await
        .unwrap();
    for number in 0..300 {
        progress.note(&format!("more_{number}"), retried());
    }
    assert!(progress.journal("error_0").is_none());
    assert!(progress.journal("error_1499").is_some());
    assert_eq!(store.journal("error_0").unwrap().unwrap().total(), 2);
}

#[tokio::test]
async fn old_journals_are_forgotten_and_so_are_too_many() {
    let (_dir, store, progress) = house();
    for number in 0..20 {
        progress.note(&format!("old_{number}"), retried());
    }
    Writer::new(progress.clone(), store.clone())
        .write()
        .await
        .unwrap();
    assert_eq!(store.forget_journals(None, 500).unwrap(), 0);
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    assert_eq!(store.forget_journals(Some(soon), 5).unwrap(), 5);
    assert_eq!(store.forget_journals(Some(soon), 500).unwrap(), 15);
    assert!(store.journal("old_0").unwrap().is_none());
}

#[tokio::test]
async fn journals_are_bounded_in_number_even_where_the_history_stays_for_ever() {
    let (dir, store, _) = house();
    let connection = rusqlite::Connection::open(dir.path().join(crate::store::DATABASE_FILE)).unwrap();
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10007)
        INSERT INTO journal SELECT 'operation_' || i, 1, i FROM n";
    connection.execute_batch(many).unwrap();
    assert_eq!(store.forget_journals(None, 5).unwrap(), 5, "in steps");
    assert_eq!(store.forget_journals(None, 500).unwrap(), 2);
    assert_eq!(store.forget_journals(None, 500).unwrap(), 0);
    assert!(store.journal("operation_7").unwrap().is_none(), "the oldest go");
    assert!(store.journal("operation_8").unwrap().is_some());
}
