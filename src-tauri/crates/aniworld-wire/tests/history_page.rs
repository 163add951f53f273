//! The history as the window asks for it: pages, figures, and a file that is whole or not there.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

use std::fs;
use std::path::Path;

use aniworld_services::history::today;
use aniworld_services::store::Store;
use aniworld_wire::ErrorCode;
use aniworld_wire::history::{
    Existing, ExportForm, HistoryOutcome, HistoryPage, HistoryQuery, figures, page, write,
};
use aniworld_wire::message::ProgressKind;
use jiff::ToSpan;
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

/// So many downloads, one a minute back from now; each third one failed.
fn lived(downloads: u32) -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut connection = Connection::open(dir.path().join("aniworld.db")).unwrap();
    let tx = connection.transaction().unwrap();
    for n in 0..downloads {
        let failed = n % 3 == 2;
        tx.execute(
            "INSERT INTO outcome (operation, kind, attempt, state, serie_folder, series, season, number, version, title,
                                  source, bytes, transferred, failure, started_at, ended_at, took_ms)
             VALUES (?1, 'download', ?2, ?3, ?4, ?4 || '!', 1, ?5, 1, 'A title', 'first', 100, 40, ?6,
                     1000 * (unixepoch() - 60 * ?5) - 2500, 1000 * (unixepoch() - 60 * ?5), 2500)",
            rusqlite::params![
                format!("download_{n}"),
                1 + n % 2,
                if failed { "failed" } else { "completed" },
                if n % 2 == 0 { "Ärger" } else { "Naruto" },
                n,
                failed.then_some(r#"{"code":"not_found","message":"nothing there","params":{"url":"http://h/x"}}"#),
            ],
        )
        .unwrap();
    }
    tx.commit().unwrap();
    (dir, store)
}

fn query(more: &serde_json::Value) -> HistoryQuery {
    let mut query = json!({ "offset": 0, "limit": 200 });
    query
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    serde_json::from_value(query).unwrap()
}

fn asked(store: &Store, more: &serde_json::Value) -> HistoryPage {
    page(store, &query(more)).unwrap()
}

/// What is in a folder beside the database.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with("aniworld.db")).collect()
}

#[test]
fn a_page_is_bounded_newest_first_and_says_how_many_there_are() {
    let (_dir, store) = lived(500);
    let first = asked(&store, &json!({ "limit": 9_999 }));
    assert_eq!((first.total, first.rows.len()), (500, 200));
    let last = asked(&store, &json!({ "offset": 495 }));
    assert_eq!((last.total, last.rows.len()), (500, 5));
    let entry = &first.rows[2];
    assert_eq!(
        (entry.kind, entry.outcome),
        (ProgressKind::Download, HistoryOutcome::Failed)
    );
    assert_eq!((entry.series.as_deref(), entry.season), (Some("Ärger!"), Some(1)));
    assert_eq!((entry.number.as_deref(), entry.attempt), (Some("2"), 1));
    assert_eq!(
        (entry.bytes, entry.transferred, entry.took_s),
        (100, 40, Some(2.5))
    );
    let error = entry.error.as_ref().unwrap();
    assert_eq!(
        error.code,
        ErrorCode::NotFound,
        "the window has words of its own for it"
    );
    assert_eq!(error.params["url"], "http://h/x");
}

#[test]
fn filters_leave_out_what_they_do_not_name() {
    let (_dir, store) = lived(12);
    for (more, expected) in [
        (json!({}), 12),
        (json!({ "text": "arger" }), 6),
        (json!({ "text": " NARUTO! " }), 6),
        (json!({ "text": "nobody" }), 0),
        (json!({ "outcome": "failed" }), 4),
        (json!({ "outcome": "failed", "text": "arger" }), 2),
        (json!({ "kind": "scan" }), 0),
        (json!({ "kind": "queue" }), 0),
        (json!({ "since": "2020-01-01", "until": "9999-12-30" }), 12),
        (json!({ "since": "9999-12-31" }), 0),
        (json!({ "until": "2020-01-01" }), 0),
    ] {
        assert_eq!(asked(&store, &more).total, expected, "{more}");
    }
    let both = [today().yesterday().unwrap(), today()].map(|day| day.to_string());
    let recent = asked(&store, &json!({ "since": both[0], "until": both[1] }));
    assert_eq!(recent.total, 12, "the days at both ends are meant too");
}

#[test]
fn a_day_that_is_none_is_refused() {
    for day in ["2026-02-30", "yesterday", "01.02.2026"] {
        let query = json!({ "offset": 0, "limit": 1, "since": day });
        assert!(serde_json::from_value::<HistoryQuery>(query).is_err(), "{day}");
    }
}

#[test]
fn days_come_without_gaps_and_end_today() {
    let (dir, store) = lived(1);
    let before = today().saturating_sub(6.days());
    let connection = Connection::open(dir.path().join("aniworld.db")).unwrap();
    let insert = "INSERT INTO day VALUES (?1, 7000, 3, 1, 2000)";
    connection.execute(insert, [before.to_string()]).unwrap();
    let week = figures(&store, 7).unwrap();
    assert_eq!(week.today, today().to_string());
    assert_eq!(week.days.len(), 7);
    assert_eq!(
        (week.days[0].day.as_str(), week.days[0].figures.bytes),
        (before.to_string().as_str(), 7_000)
    );
    assert!(week.days[1..].iter().all(|day| day.figures.bytes == 0));
    assert_eq!(week.days[6].day, week.today);
    assert_eq!(
        (week.last_7_days, week.total),
        (week.days[0].figures, week.days[0].figures)
    );
    assert_eq!((week.total.busy_s, week.total.bytes_per_s), (2.0, Some(3_500)));
    assert_eq!(week.busiest_day, Some(week.days[0].clone()));
    for (wanted, given) in [(0, 1), (1, 1), (365, 365), (u32::MAX, 366)] {
        assert_eq!(figures(&store, wanted).unwrap().days.len(), given, "{wanted}");
    }
}

#[test]
fn a_file_holds_what_the_query_finds_whatever_page_it_asks_for() {
    let (dir, store) = lived(1_000);
    let wanted = query(&json!({ "outcome": "failed", "offset": 7, "limit": 1 }));
    for (form, header) in [(ExportForm::Csv, 1), (ExportForm::JsonLines, 0)] {
        let path = dir.path().join(form.file_name());
        let exported = write(&store, &(&wanted).into(), form, &path, Existing::Replace).unwrap();
        assert_eq!(
            (exported.rows, exported.path.as_str()),
            (333, path.to_str().unwrap())
        );
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 333 + header);
        assert_eq!(text.matches("not_found").count(), 333);
    }
}

#[test]
fn a_file_of_the_same_name_is_replaced_whole_or_kept() {
    let (dir, store) = lived(2);
    let path = dir.path().join("out.csv");
    fs::write(&path, "before").unwrap();
    let wanted = (&query(&json!({}))).into();
    let refused = write(&store, &wanted, ExportForm::Csv, &path, Existing::Keep).unwrap_err();
    assert_eq!(refused.code, ErrorCode::Disk);
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    write(&store, &wanted, ExportForm::Csv, &path, Existing::Replace).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3);
    assert_eq!(files(dir.path()), ["out.csv"], "nothing else is left");
}

#[test]
fn what_fails_in_the_middle_leaves_no_trace() {
    let (dir, store) = lived(50);
    let connection = Connection::open(dir.path().join("aniworld.db")).unwrap();
    // the last row that is read is none: half of the file was written by then
    connection
        .execute(
            "UPDATE outcome SET number = 'none' WHERE operation = 'download_49'",
            [],
        )
        .unwrap();
    let path = dir.path().join("out.jsonl");
    fs::write(&path, "before").unwrap();
    let wanted = (&query(&json!({}))).into();
    write(&store, &wanted, ExportForm::JsonLines, &path, Existing::Replace).unwrap_err();
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    assert_eq!(files(dir.path()), ["out.jsonl"]);
    let missing = dir.path().join("no folder").join("out.csv");
    let refused = write(&store, &wanted, ExportForm::Csv, &missing, Existing::Replace).unwrap_err();
    assert_eq!(
        (refused.code, &refused.params["path"]),
        (ErrorCode::Disk, &missing.display().to_string())
    );
}
