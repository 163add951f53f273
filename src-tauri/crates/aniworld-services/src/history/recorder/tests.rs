//! Operations without an owner in the history: each ended attempt once, whatever happens to the program.

use tempfile::TempDir;

use super::*;
use crate::history::{HistoryQuery, HistoryRow, HistorySubject};
use crate::progress::{Action, Board, Clock, LIBRARY_SCAN, ManualClock, ProgressUpdate, SYSTEM_APP};

struct Desk {
    dir: TempDir,
    progress: ProgressService,
    store: Store,
    recorder: Recorder,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::at(dir)
    }

    fn at(dir: TempDir) -> Self {
        let (progress, store) = (ProgressService::new(), Store::open(dir.path()).unwrap());
        store.end_open_operations(&cut_off()).unwrap();
        let recorder = Recorder::start(progress.clone(), store.clone());
        Self {
            dir,
            progress,
            store,
            recorder,
        }
    }

    /// As a crash leaves it: what was not written yet stays so.
    fn crash(self) -> Self {
        let Self { dir, .. } = self;
        Self::at(dir)
    }

    fn start(&self, id: &str, kind: ProgressType) {
        let start = Action::Start {
            kind,
            title: format!("Title of {id}"),
            message: String::new(),
            current: 0,
            total: None,
        };
        self.progress.apply(ProgressUpdate::new(id, start)).unwrap();
    }

    fn end(&self, id: &str, action: Action) {
        let update = ProgressUpdate::new(id, action).with(keys::ERROR_CODE, "no_library");
        self.progress.apply(update).unwrap();
    }

    fn rows(&self) -> Vec<HistoryRow> {
        let (total, rows) = self.store.history(&HistoryQuery::default()).unwrap();
        assert_eq!(usize::try_from(total), Ok(rows.len()));
        rows
    }
}

fn complete() -> Action {
    let message = "4 series".to_owned();
    Action::Complete { message }
}

fn fail() -> Action {
    let message = "no folder is chosen".to_owned();
    Action::Fail { message }
}

#[tokio::test]
async fn what_ended_is_written_with_its_cause_and_downloads_are_left_to_the_queue() {
    let desk = Desk::new();
    desk.start(LIBRARY_SCAN, ProgressType::Scan);
    desk.start("download_naruto_1_1", ProgressType::Download);
    desk.start("download_queue", ProgressType::Queue);
    desk.end("download_naruto_1_1", complete());
    desk.end(LIBRARY_SCAN, complete());
    desk.start(LIBRARY_SCAN, ProgressType::Scan);
    desk.end(LIBRARY_SCAN, fail());
    desk.progress.settled().await;
    let rows = desk.rows();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.operation.as_str(), row.attempt, row.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (LIBRARY_SCAN, 2, HistoryOutcome::Failed),
            (LIBRARY_SCAN, 1, HistoryOutcome::Completed)
        ]
    );
    let failure = rows[0].failure.as_ref().unwrap();
    assert_eq!(
        (failure.code.as_str(), failure.message.as_str()),
        ("no_library", "no folder is chosen")
    );
    let subject = HistorySubject::Operation {
        title: "Title of library_scan".to_owned(),
        message: "4 series".to_owned(),
    };
    assert_eq!(rows[1].subject, subject);
    assert!(rows[1].started_at.unwrap() <= rows[1].ended_at && rows[1].took.is_some());
}

#[test]
fn what_only_sums_up_others_is_no_row() {
    let (mut board, clock) = (Board::new(), ManualClock::new());
    let start = Action::Start {
        kind: ProgressType::Scan,
        title: String::new(),
        message: String::new(),
        current: 0,
        total: None,
    };
    let mut told = Vec::new();
    for action in [start, complete()] {
        let update = ProgressUpdate::new(LIBRARY_SCAN, action);
        board.apply(update, clock.now()).unwrap();
        told.extend(board.tick(clock.now()));
    }
    let last = &told.last().unwrap().progress;
    assert_eq!(
        (last.id.as_str(), last.status),
        (SYSTEM_APP, ProgressStatus::Completed)
    );
    assert!(ended(last).is_none());
}

#[tokio::test]
async fn written_twice_it_is_one_row() {
    let desk = Desk::new();
    desk.start("error_1", ProgressType::Error);
    desk.end("error_1", fail());
    desk.progress.settled().await;
    desk.recorder.finish().await;
    desk.recorder.finish().await;
    assert_eq!(desk.rows().len(), 1);
    desk.start("error_2", ProgressType::Error);
    desk.end("error_2", fail());
    desk.progress.settled().await;
    let numbers: Vec<i64> = desk.rows().iter().map(|row| row.id).collect();
    assert_eq!(numbers, [2, 1], "no number is used up by what was there");
}

#[tokio::test]
async fn what_was_not_handed_over_yet_is_written_at_the_end() {
    let desk = Desk::new();
    // the handlers run on this thread, so nothing is handed over before the first await
    desk.start("system_1", ProgressType::System);
    desk.end("system_1", complete());
    desk.recorder.finish().await;
    assert_eq!(desk.rows().len(), 1);
    desk.progress.settled().await;
    assert_eq!(desk.rows().len(), 1);
    let again = desk.crash();
    assert_eq!(again.rows().len(), 1, "nothing was left open");
}

#[tokio::test]
async fn what_a_crash_cut_off_failed_once_and_the_next_attempt_is_another_row() {
    let desk = Desk::new();
    desk.start(LIBRARY_SCAN, ProgressType::Scan);
    desk.progress.settled().await;
    let desk = desk.crash();
    let rows = desk.rows();
    assert_eq!((rows.len(), rows[0].outcome), (1, HistoryOutcome::Failed));
    assert_eq!(rows[0].failure, Some(cut_off()));
    assert!(rows[0].ended_at >= rows[0].started_at.unwrap());

    desk.start(LIBRARY_SCAN, ProgressType::Scan);
    desk.end(LIBRARY_SCAN, complete());
    desk.progress.settled().await;
    let desk = desk.crash();
    assert_eq!(desk.rows().len(), 2, "attempt 1 of another run of the program");
}

#[tokio::test]
async fn a_store_that_fails_for_a_while_leaves_no_gap() {
    let desk = Desk::new();
    let file = desk.dir.path().join(crate::store::DATABASE_FILE);
    let other = rusqlite::Connection::open(file).unwrap();
    let refuse = "CREATE TRIGGER no BEFORE INSERT ON outcome BEGIN SELECT raise(ABORT, 'no'); END";
    other.execute_batch(refuse).unwrap();
    for number in 0..5 {
        let id = format!("error_{number}");
        desk.start(&id, ProgressType::Error);
        desk.end(&id, fail());
    }
    desk.recorder.finish().await;
    assert_eq!(desk.rows().len(), 0);
    other.execute_batch("DROP TRIGGER no").unwrap();
    desk.recorder.finish().await;
    assert_eq!(desk.rows().len(), 5);
}

#[tokio::test]
async fn an_overflow_is_made_good_by_the_snapshot() {
    let desk = Desk::new();
    for number in 0..400 {
        let id = format!("error_{number}");
        desk.start(&id, ProgressType::Error);
        desk.end(&id, fail());
    }
    desk.progress.settled().await;
    assert_eq!(desk.rows().len(), 400);
}
