//! The history in files: every field in both forms, in the same order.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

use std::time::Duration;

use aniworld_core::events::EpisodeLabel;
use aniworld_services::downloads::JobFailure;
use aniworld_services::history::{HistoryOutcome, HistoryRow, HistorySubject};
use aniworld_services::progress::ProgressType;
use aniworld_wire::history::{ExportForm, HistoryExport, HistoryLine};

fn rows() -> [HistoryRow; 2] {
    let label = EpisodeLabel {
        serie_folder: "Naruto".to_owned(),
        series: "Naruto".to_owned(),
        season: 1,
        number: "2-3".parse().unwrap(),
        title: Some("=HYPERLINK(\"http://h\")".to_owned()),
        version: 1,
    };
    let failed = HistoryRow {
        id: 7,
        operation: "download_Naruto_1_2-3".to_owned(),
        kind: ProgressType::Download,
        attempt: 2,
        outcome: HistoryOutcome::Failed,
        subject: HistorySubject::Episode(label),
        source: Some("first".to_owned()),
        bytes: 100,
        transferred: 40,
        failure: Some(JobFailure {
            code: "not_found".to_owned(),
            message: "the server answered \"404\", twice".to_owned(),
            params: std::collections::BTreeMap::new(),
        }),
        started_at: "2025-11-07T10:00:00Z".parse().ok(),
        ended_at: "2025-11-07T10:05:00.25Z".parse().unwrap(),
        took: Some(Duration::from_millis(1_250)),
    };
    let scan = HistoryRow {
        id: 8,
        operation: "library_scan".to_owned(),
        kind: ProgressType::Scan,
        attempt: 1,
        outcome: HistoryOutcome::Completed,
        subject: HistorySubject::Operation {
            title: "Scanning the library".to_owned(),
            message: "4 series, 9 episodes, 0 missing".to_owned(),
        },
        source: None,
        bytes: 0,
        transferred: 0,
        failure: None,
        started_at: None,
        took: None,
        ..failed.clone()
    };
    [failed, scan]
}

fn exported(form: ExportForm) -> String {
    let mut export = HistoryExport::new(form, Vec::new()).unwrap();
    for row in rows() {
        export.row(&row).unwrap();
    }
    String::from_utf8(export.finish().unwrap()).unwrap()
}

#[test]
fn a_row_in_both_forms() {
    insta::assert_snapshot!("json_lines", exported(ExportForm::JsonLines));
    insta::assert_snapshot!("csv", exported(ExportForm::Csv));
}

#[test]
fn both_forms_have_the_same_fields() {
    let line = serde_json::to_string(&HistoryLine::from(&rows()[0])).unwrap();
    let csv = exported(ExportForm::Csv);
    let header = csv.lines().next().unwrap();
    let mut rest = line.as_str();
    for field in header.split(',') {
        let (_, behind) = rest
            .split_once(&format!("\"{field}\":"))
            .unwrap_or_else(|| panic!("{field}: {line}"));
        rest = behind;
    }
    let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&line).unwrap();
    assert_eq!(header.split(',').count(), fields.len());
}
