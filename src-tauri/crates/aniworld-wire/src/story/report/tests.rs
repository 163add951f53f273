//! Nothing secret comes out, wherever it went in; and what helps stays.

use std::collections::BTreeMap;
use std::sync::Arc;

use aniworld_core::events::EpisodeLabel;
use aniworld_core::transfer::{Answer, Strength, TransferNote};
use aniworld_services::downloads::{JobFailure, JobId, JobState};
use aniworld_services::progress::{Journal, Note, Progress, ProgressStatus, ProgressType};
use aniworld_services::store::JobView;
use jiff::Timestamp;

use super::*;
use crate::story::OperationReport;

/// In every secret of these tests, and nowhere else.
const SECRET: &str = "hush";
const URL: &str = "https://hush:hush@media.example.org/a/b.mkv?token=hush&x=hush#hush";

fn around() -> Surroundings {
    Surroundings {
        version: "0.1.0".to_owned(),
        system: "linux x86_64".to_owned(),
        home: Some(PathBuf::from("/home/hush")),
    }
}

fn failure(text: &str) -> JobFailure {
    JobFailure {
        code: "connect".to_owned(),
        message: text.to_owned(),
        params: params(text),
    }
}

fn params(text: &str) -> BTreeMap<String, String> {
    ["host", "detail", "path", "url"]
        .map(|key| (key.to_owned(), text.to_owned()))
        .into()
}

/// A journal with this text wherever one can come from outside.
fn journal(text: &str) -> Journal {
    let mut journal = Journal::default();
    let answer = Answer {
        status: 503,
        host: text.to_owned(),
        total: None,
        ranges: false,
        validator: Strength::None,
        content_type: Some(text.to_owned()),
    };
    let word = || Some(text.to_owned());
    for note in [
        Note::Transfer(TransferNote::Answered(answer)),
        Note::Transfer(TransferNote::Redirected {
            host: text.to_owned(),
        }),
        Note::Retry {
            tries: 1,
            reason: text.to_owned(),
            code: text.to_owned(),
            params: params(text),
            until: None,
        },
        Note::State {
            status: ProgressStatus::InProgress,
            phase: word(),
            reason: word(),
            until: None,
            error_code: word(),
        },
        Note::Failed {
            code: "connect".to_owned(),
            params: params(text),
        },
    ] {
        journal.take(note, Timestamp::UNIX_EPOCH);
    }
    journal
}

/// The same of a whole story.
fn story(text: &str) -> Story {
    let label = EpisodeLabel {
        serie_folder: text.to_owned(),
        series: text.to_owned(),
        season: 1,
        number: "2".parse().unwrap(),
        title: Some(text.to_owned()),
        version: 1,
    };
    Story {
        operation: format!("download_{text}_1_2"),
        job: Some(JobView {
            id: JobId(7),
            progress_id: String::new(),
            state: JobState::Failed,
            series: None,
            label,
            source: text.to_owned(),
            bytes: 0,
            total: None,
            attempts: 1,
            failure: Some(failure(text)),
            added_at: Timestamp::UNIX_EPOCH,
            finished_at: None,
        }),
        standing: None,
        ended: None,
        unattended: false,
        progress: Some(Arc::new(Progress {
            id: String::new(),
            kind: ProgressType::Download,
            status: ProgressStatus::Failed,
            title: text.to_owned(),
            message: text.to_owned(),
            percent: None,
            current: 0,
            total: None,
            metadata: ["host", "limited_by", "error_code"]
                .map(|key| (key.to_owned(), text.into()))
                .into(),
            started_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        })),
        journal: journal(text),
        library: Some(PathBuf::from("/srv/hush library")),
    }
}

#[test]
fn no_secret_comes_out_wherever_it_went_in() {
    for text in [
        URL,
        "Authorization: Basic hush",
        "Cookie: hush",
        "token=hush",
        "hush:hush@host",
        "GET /a/b?hush",
        "/home/hush/Videos/a.mkv",
        "/media/hush/Disk/a.mkv",
        "/Users/hush/a.mkv",
        "C:\\Users\\hush\\a.mkv",
        "/srv/hush library/Night Trains/a.mkv",
    ] {
        let report = OperationReport::of(&story(text), &around()).report_text;
        assert!(!report.contains(SECRET), "{text}:\n{report}");
    }
}

#[test]
fn what_helps_stays() {
    let report = OperationReport::of(&story(URL), &around()).report_text;
    for part in [
        "Program: Aniworld 0.1.0",
        "System: linux x86_64",
        "media.example.org/a/b.mkv",
        "answered 503",
    ] {
        assert!(report.contains(part), "{part}:\n{report}");
    }
    let inside = OperationReport::of(&story("/srv/hush library/Night Trains/a.mkv"), &around());
    assert!(
        inside.report_text.contains("<library>/Night Trains/a.mkv"),
        "{}",
        inside.report_text
    );
    let home = OperationReport::of(&story("/home/hush/Videos/a.mkv"), &around());
    assert!(
        home.report_text.contains("~/Videos/a.mkv"),
        "{}",
        home.report_text
    );
}

#[test]
fn times_are_of_one_width_and_in_utc() {
    let report = OperationReport::of(&story("x"), &around()).report_text;
    assert!(report.contains("  1970-01-01 00:00:00.000Z  #1  "), "{report}");
}

#[test]
fn a_library_at_the_root_of_a_disk_hides_nothing() {
    let mut story = story("/data/a.mkv");
    story.library = Some(PathBuf::from("/"));
    let report = OperationReport::of(&story, &around()).report_text;
    assert!(report.contains("/data/a.mkv"), "{report}");
}
