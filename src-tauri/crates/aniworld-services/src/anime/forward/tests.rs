//! Calls of downloads: what joins the first event, what is held back, what a broken call leaves.

use super::*;
use aniworld_core::app::DownloadFailure;
use serde_json::json;
use std::time::Duration;

fn label() -> Arc<EpisodeLabel> {
    Arc::new(EpisodeLabel {
        serie_folder: "naruto".to_owned(),
        series: "Naruto".to_owned(),
        season: 1,
        number: "1".parse().unwrap(),
        title: None,
        version: 1,
    })
}

struct Desk {
    progress: ProgressService,
    forwarder: Arc<Forwarder>,
}

impl Desk {
    fn new() -> Self {
        let progress = ProgressService::new();
        let forwarder = Arc::new(Forwarder::new(progress.clone()));
        Self { progress, forwarder }
    }

    fn open(&self) -> OpenCall {
        self.forwarder
            .open(&label(), [(keys::JOB.to_owned(), json!(7))].into())
    }

    fn fire(&self, status: DownloadStatus) {
        let label = label();
        self.forwarder.emit(SeriesEvent::Download { label, status });
    }

    /// Status, current and what the metadata says for the keys asked for.
    fn state<const N: usize>(&self, wanted: [&str; N]) -> (ProgressStatus, u64, [serde_json::Value; N]) {
        let progress = self.progress.get("download_naruto_1_1").unwrap();
        let values = wanted.map(|key| progress.metadata.get(key).cloned().unwrap_or_default());
        (progress.status, progress.current, values)
    }
}

fn started(resumed_from: u64) -> DownloadStatus {
    let total = Some(100);
    DownloadStatus::Started { resumed_from, total }
}

fn completed() -> DownloadStatus {
    DownloadStatus::Completed {
        bytes: 100,
        took: Duration::ZERO,
        skipped_existing: false,
    }
}

#[test]
fn what_the_caller_knows_joins_the_first_event() {
    let desk = Desk::new();
    let _call = desk.open();
    desk.fire(started(0));
    let (status, _, values) = desk.state([keys::JOB, keys::SERIES]);
    assert_eq!(status, ProgressStatus::Started);
    assert_eq!(values, [json!(7), json!("Naruto")]);
}

#[test]
fn a_paused_download_goes_on_in_the_same_attempt() {
    let desk = Desk::new();
    let call = desk.open();
    desk.fire(started(0));
    desk.fire(DownloadStatus::Progress {
        bytes: 40,
        total: Some(100),
        limit: None,
    });
    desk.fire(DownloadStatus::Paused);
    drop(call);
    assert_eq!(
        desk.state([]).0,
        ProgressStatus::Paused,
        "it stays paused without a call"
    );
    let _call = desk.open();
    desk.fire(started(40));
    let (status, current, values) = desk.state([keys::ATTEMPT]);
    assert_eq!(
        (status, current, values),
        (ProgressStatus::InProgress, 40, [json!(1)])
    );
}

#[test]
fn a_download_that_ended_begins_a_new_attempt() {
    let desk = Desk::new();
    for attempt in 1..=2 {
        let _call = desk.open();
        desk.fire(started(0));
        assert_eq!(desk.state([keys::ATTEMPT]).2, [json!(attempt)]);
        desk.fire(completed());
    }
}

#[test]
fn the_end_is_told_when_the_caller_has_kept_it() {
    let desk = Desk::new();
    let call = desk.open();
    desk.fire(started(0));
    desk.fire(completed());
    assert_eq!(
        desk.state([]).0,
        ProgressStatus::Started,
        "nobody hears of it yet"
    );
    drop(call);
    assert_eq!(desk.state([]).0, ProgressStatus::Completed);
}

#[test]
fn received_are_the_bytes_of_this_run() {
    let desk = Desk::new();
    let call = desk.open();
    desk.fire(started(40));
    let progress = |bytes| DownloadStatus::Progress {
        bytes,
        total: Some(100),
        limit: None,
    };
    desk.fire(progress(70));
    assert_eq!(call.received(), 30);
    desk.fire(progress(20));
    assert_eq!(call.received(), 50, "the server began anew");
    desk.fire(completed());
    assert_eq!(call.received(), 130);
}

#[test]
fn a_download_that_fails_before_it_begins_can_be_seen() {
    let desk = Desk::new();
    let failed = || {
        DownloadStatus::Failed(DownloadFailure::LibraryMissing {
            path: "/library".into(),
        })
    };
    for attempt in 1..=2 {
        let call = desk.open();
        desk.fire(failed());
        drop(call);
        let (status, _, values) = desk.state([keys::ATTEMPT, keys::JOB, keys::ERROR_CODE]);
        assert_eq!(status, ProgressStatus::Failed);
        assert_eq!(values, [json!(attempt), json!(7), json!("library_missing")]);
    }
    desk.fire(failed());
    assert_eq!(
        desk.state([keys::ATTEMPT]).2,
        [json!(2)],
        "a late event opens nothing"
    );
}

#[test]
fn a_call_that_breaks_off_leaves_nothing_in_progress() {
    let desk = Desk::new();
    let call = desk.open();
    desk.fire(started(0));
    desk.fire(DownloadStatus::Progress {
        bytes: 40,
        total: Some(100),
        limit: None,
    });
    drop(call);
    let (status, _, values) = desk.state([keys::REASON]);
    assert_eq!(
        (status, values),
        (ProgressStatus::Waiting, [json!("interrupted")])
    );
}
