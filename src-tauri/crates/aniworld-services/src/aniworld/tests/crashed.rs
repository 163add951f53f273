//! What a crash left finds its owner again.

use super::*;
use crate::downloads::JobId;
use crate::history::{HistoryOutcome, HistoryQuery};
use crate::progress::{DOWNLOAD_QUEUE, Decision, LIBRARY_SCAN, Note, Progress, ProgressStatus, keys};
use crate::store::DATABASE_FILE;
use crate::story::StoryOf;
use aniworld_core::source::AssetSize;
use rusqlite::{Connection, params};

/// A job as it stood when the program was killed.
struct Left {
    number: &'static str,
    state: &'static str,
    ran: bool,
    crashes: u32,
    cleanup: bool,
}

const LEFT: [Left; 6] = [
    left("1", "downloading", true, 0),
    left("2", "waiting", true, 0),
    left("3", "moving", true, 1),
    left("4", "paused", true, 0),
    left("5", "queued", false, 0),
    Left {
        cleanup: true,
        ..left("6", "downloading", true, 0)
    },
];

const fn left(number: &'static str, state: &'static str, ran: bool, crashes: u32) -> Left {
    Left {
        number,
        state,
        ran,
        crashes,
        cleanup: false,
    }
}

/// A data folder after a crash in the middle of downloads and a scan.
fn crashed() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path()).unwrap());
    let database = Connection::open(dir.path().join(DATABASE_FILE)).unwrap();
    let size = serde_json::to_string(&AssetSize::Exact(100)).unwrap();
    for (job, position) in LEFT.iter().zip(1..) {
        let ran = job.ran.then_some(1_762_509_600_000_i64);
        let running = ran.filter(|_| !matches!(job.state, "paused" | "queued"));
        database
            .execute(
                "INSERT INTO job (position, state, serie_folder, series, season, number, version, source, url, size,
                                  extension, bytes, total, attempts, crash_count, cleanup, added_at, started_at, run_at)
                 VALUES (?1, ?2, 'Naruto', 'Naruto', 1, ?3, 1, 'first', 'http://127.0.0.1:9/e', ?4, 'mkv',
                         40, 100, ?5, ?6, ?7, 1762509600000, ?8, ?9)",
                params![
                    position,
                    job.state,
                    job.number,
                    size,
                    job.crashes + u32::from(job.ran),
                    job.crashes,
                    job.cleanup,
                    ran,
                    running
                ],
            )
            .unwrap();
    }
    let scan = "INSERT INTO open_operation VALUES ('library_scan', 'scan', 1, 'Scanning the library', 1762509600000)";
    database.execute(scan, []).unwrap();
    dir
}

async fn reopen(dir: &TempDir) -> Aniworld {
    Aniworld::open(OpenOptions {
        data_dir: dir.path().to_owned(),
        config_dir: dir.path().to_owned(),
        holder: "a test".to_owned(),
        retry: RetryPolicy::default(),
        run_queue: false,
    })
    .await
    .unwrap()
}

fn operation(aniworld: &Aniworld, number: &str) -> Option<std::sync::Arc<Progress>> {
    aniworld.progress.get(&format!("download_Naruto_1_{number}"))
}

fn reason(progress: &Progress, key: &str) -> Option<String> {
    progress.metadata.get(key)?.as_str().map(str::to_owned)
}

#[tokio::test]
async fn what_was_active_in_a_crash_is_announced_as_waiting_and_interrupted() {
    let dir = crashed();
    let aniworld = reopen(&dir).await;
    for (number, job) in [("1", 1), ("2", 2)] {
        let found = operation(&aniworld, number).unwrap();
        assert_eq!(found.status, ProgressStatus::Waiting);
        assert_eq!(reason(&found, keys::REASON).as_deref(), Some("interrupted"));
        assert_eq!(found.metadata.get(keys::JOB), Some(&job.into()));
        assert_eq!((found.current, found.total), (40, Some(100)));
    }
    let suspect = operation(&aniworld, "3").unwrap();
    assert_eq!(
        suspect.status,
        ProgressStatus::Failed,
        "the second crash in a row"
    );
    assert_eq!(reason(&suspect, keys::ERROR_CODE).as_deref(), Some("interrupted"));
    assert_eq!(operation(&aniworld, "4").unwrap().status, ProgressStatus::Paused);
    assert_eq!(operation(&aniworld, "5"), None, "it never ran");
}

#[tokio::test]
async fn after_a_crash_nothing_is_in_progress_without_an_owner() {
    let dir = crashed();
    let aniworld = reopen(&dir).await;
    let busy: Vec<_> = aniworld
        .progress
        .active()
        .into_iter()
        .filter(|it| matches!(it.status, ProgressStatus::Started | ProgressStatus::InProgress))
        .collect();
    assert_eq!(busy, []);
    assert_eq!(
        aniworld.progress.get(DOWNLOAD_QUEUE).unwrap().status,
        ProgressStatus::Waiting
    );
    assert_eq!(aniworld.store.queue_status().unwrap().active, 0);
    let database = Connection::open(dir.path().join(DATABASE_FILE)).unwrap();
    let left: u32 = database
        .query_row(
            "SELECT (SELECT count(*) FROM open_operation) + (SELECT count(*) FROM job WHERE run_at IS NOT NULL)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, 0);
    let metrics = aniworld.metrics().await.unwrap();
    assert_eq!(
        (metrics.active_operations, metrics.late_updates),
        (Some(4), Some(0))
    );
}

#[tokio::test]
async fn what_a_crash_ended_is_in_the_history_once_however_often_it_is_opened() {
    let dir = crashed();
    for _ in 0..2 {
        let aniworld = reopen(&dir).await;
        let (total, rows) = aniworld.store.history(&HistoryQuery::default()).unwrap();
        let mut ended: Vec<_> = rows
            .iter()
            .map(|row| (row.operation.as_str(), row.outcome))
            .collect();
        ended.sort_by_key(|(operation, _)| *operation);
        assert_eq!(
            ended,
            [
                ("download_Naruto_1_3", HistoryOutcome::Failed),
                ("download_Naruto_1_6", HistoryOutcome::Cancelled),
                (LIBRARY_SCAN, HistoryOutcome::Failed),
            ]
        );
        assert_eq!(total, 3);
        aniworld.shutdown().await;
    }
}

#[tokio::test]
async fn the_story_of_what_a_crash_cut_off_goes_on_over_restarts() {
    let dir = crashed();
    let of = StoryOf {
        operation: "download_Naruto_1_1".to_owned(),
        job: Some(JobId(1)),
    };
    for starts in 1..=3 {
        let aniworld = reopen(&dir).await;
        let picked = Decision::Picked {
            running: starts,
            parallel: 3,
        };
        aniworld.progress.note(&of.operation, Note::Decided(picked));
        let story = aniworld.story(of.clone()).await.unwrap();
        let standing = story.standing.unwrap();
        assert_eq!((standing.ahead, standing.parallel), (0, Some(3)));
        assert_eq!(story.progress.unwrap().status, ProgressStatus::Waiting);
        aniworld.shutdown().await;
        // what the next program, or one that only reads, finds
        let kept = Store::open_read_only(dir.path()).unwrap().story(&of).unwrap();
        assert_eq!(kept.journal, story.journal);
        let picks = kept
            .journal
            .entries()
            .filter(|it| matches!(it.note, Note::Decided(_)));
        assert_eq!(picks.count(), usize::try_from(starts).unwrap());
        drop(aniworld);
    }
}

#[tokio::test]
async fn a_scan_has_a_story_over_restarts_too() {
    let dir = tempfile::tempdir().unwrap();
    for scans in 1..=2 {
        let aniworld = reopen(&dir).await;
        aniworld.rescan().await.unwrap_err();
        aniworld.shutdown().await;
        let journal = aniworld.store.journal(LIBRARY_SCAN).unwrap().unwrap();
        assert_eq!(journal.newest().unwrap().attempt, scans);
    }
}

#[tokio::test]
async fn a_scan_is_in_the_history_when_the_program_ends() {
    let dir = tempfile::tempdir().unwrap();
    let aniworld = reopen(&dir).await;
    // there is no library yet: it fails, and that is an ending too
    aniworld.rescan().await.unwrap_err();
    aniworld.shutdown().await;
    let (_, rows) = aniworld.store.history(&HistoryQuery::default()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].failure.as_ref().unwrap().code, "no_library");
}
