//! The progress message: its fields are a promise to windows, scripts and other programs.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

use std::time::Duration;

use aniworld_core::events::{
    DownloadPhase, DownloadStatus, EpisodeLabel, ScanPhase, ScanStatus, ScanTotals, SeriesEvent, WaitReason,
};
use aniworld_core::transfer::TransferError;
use aniworld_services::anime::translate;
use aniworld_services::progress::{
    Action, Board, DOWNLOAD_QUEUE, Moment, ProgressEvent, ProgressStatus, ProgressType, ProgressUpdate,
};
use aniworld_wire::{Frame, Message, RoomMessage};
use serde_json::{Value, json};

/// The message as it was laid down. Fields may be added; none of these may be renamed, removed or change its type.
fn promised() -> Value {
    json!({
        "type": "download_progress",
        "data": {
            "id": "download_naruto_1_1",
            "type": "download",
            "status": "in_progress",
            "title": "Downloading Naruto",
            "message": "S01E01",
            "percent": 45.5,
            "current": 45,
            "total": 100,
            "metadata": {},
            "started_at": "2025-11-07T10:00:00Z",
            "updated_at": "2025-11-07T10:05:00Z"
        }
    })
}

/// A board whose time is what the test says.
struct Desk {
    board: Board,
    minutes: u32,
}

impl Desk {
    fn new() -> Self {
        Self {
            board: Board::new(),
            minutes: 0,
        }
    }

    fn apply(&mut self, update: ProgressUpdate) -> ProgressEvent {
        let now = Moment {
            wall: format!("2025-11-07T10:{:02}:00Z", self.minutes).parse().unwrap(),
            steady: Duration::from_secs(60 * u64::from(self.minutes)),
        };
        self.board.apply(update, now).unwrap().event
    }

    fn download(&mut self, status: DownloadStatus) -> Value {
        let label = EpisodeLabel {
            serie_folder: "naruto".to_owned(),
            series: "Naruto".to_owned(),
            season: 1,
            number: "1".parse().unwrap(),
            title: None,
            version: 1,
        };
        let label = label.into();
        let translated = translate(&SeriesEvent::Download { label, status });
        let event = self.apply(translated.update.unwrap());
        json!(Message::from(&*event.progress))
    }

    fn scan(&mut self, status: ScanStatus) -> Value {
        let event = self.apply(translate(&SeriesEvent::Scan(status)).update.unwrap());
        json!(Message::from(&*event.progress))
    }
}

fn running_download() -> Value {
    let mut desk = Desk::new();
    desk.download(DownloadStatus::Started {
        resumed_from: 0,
        total: Some(1_000),
    });
    desk.minutes = 5;
    desk.download(DownloadStatus::Progress {
        bytes: 455,
        total: Some(1_000),
        limit: None,
    })
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_u64() => "whole number",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn assert_has_fields(actual: &Value, promised: &Value) {
    for (key, value) in promised.as_object().unwrap() {
        let found = actual
            .get(key)
            .unwrap_or_else(|| panic!("the field {key} is gone"));
        assert_eq!(kind_of(found), kind_of(value), "{key}");
        if value.is_object() {
            assert_has_fields(found, value);
        }
    }
}

#[test]
fn a_running_download_has_every_promised_field_with_its_type() {
    let actual = running_download();
    assert_has_fields(&actual, &promised());
}

#[test]
fn a_running_download_says_what_was_promised() {
    let (mut actual, mut promised) = (running_download(), promised());
    // the bytes of this one are others
    for message in [&mut actual, &mut promised] {
        for key in ["current", "total", "metadata"] {
            message["data"][key].take();
        }
    }
    assert_eq!(actual, promised);
}

#[test]
fn the_promised_message_can_be_read() {
    let message: Message = serde_json::from_value(promised()).unwrap();
    assert_eq!(json!(message), promised());
}

#[test]
fn an_unknown_total_is_null_and_not_left_out() {
    let mut desk = Desk::new();
    let started = desk.download(DownloadStatus::Started {
        resumed_from: 7,
        total: None,
    });
    let data = &started["data"];
    assert_eq!(
        (&data["percent"], &data["current"], data.get("total")),
        (&Value::Null, &json!(7), Some(&Value::Null))
    );
}

#[test]
fn types_and_statuses_have_their_names() {
    let names = ProgressType::ALL.map(|kind| (kind.as_str(), kind.event_type(), kind.room()));
    assert_eq!(
        names,
        [
            ("download", "download_progress", "downloads"),
            ("scan", "scan_progress", "scan"),
            ("queue", "queue_progress", "queue"),
            ("system", "system_progress", "system"),
            ("error", "error_progress", "errors"),
        ]
    );
    let statuses = [
        ProgressStatus::Started,
        ProgressStatus::InProgress,
        ProgressStatus::Paused,
        ProgressStatus::Waiting,
        ProgressStatus::Completed,
        ProgressStatus::Failed,
        ProgressStatus::Cancelled,
    ];
    let written = statuses.map(|status| json!(aniworld_wire::message::ProgressState::from(status)));
    assert_eq!(written, statuses.map(|status| json!(status)), "both layers agree");
    assert_eq!(
        written,
        [
            "started",
            "in_progress",
            "paused",
            "waiting",
            "completed",
            "failed",
            "cancelled"
        ]
    );
}

#[test]
fn the_life_of_a_download() {
    let mut desk = Desk::new();
    let total = Some(1_000);
    let until = std::time::UNIX_EPOCH + Duration::from_secs(1_762_510_000);
    let cause = TransferError::HttpStatus {
        status: 503,
        retry_after: None,
    };
    let statuses = [
        DownloadStatus::Started {
            resumed_from: 0,
            total,
        },
        DownloadStatus::Progress {
            bytes: 400,
            total,
            limit: None,
        },
        DownloadStatus::Waiting {
            reason: WaitReason::Retry,
            tries: 1,
            until,
            cause: cause.into(),
        },
        DownloadStatus::Paused,
        DownloadStatus::Resumed,
        DownloadStatus::Progress {
            bytes: 1_000,
            total,
            limit: None,
        },
        DownloadStatus::Phase(DownloadPhase::Verifying),
        DownloadStatus::Completed {
            bytes: 1_000,
            took: Duration::from_secs(9),
            skipped_existing: false,
        },
    ];
    let messages: Vec<Value> = statuses
        .into_iter()
        .map(|status| {
            let message = desk.download(status);
            desk.minutes += 1;
            message
        })
        .collect();
    insta::assert_json_snapshot!(messages);
}

#[test]
fn a_scan() {
    let mut desk = Desk::new();
    let totals = ScanTotals {
        series: 3,
        episodes: 4,
        missing: 2,
        files: 9,
        dirs: 5,
        failed_sources: 0,
    };
    let progress = ScanStatus::Progress {
        phase: ScanPhase::Walking,
        done: 2,
        total: Some(5),
        files: 3,
    };
    let messages =
        [ScanStatus::Started, progress, ScanStatus::Completed(totals)].map(|status| desk.scan(status));
    insta::assert_json_snapshot!(messages);
}

#[test]
fn the_queue_in_a_frame() {
    let mut desk = Desk::new();
    let start = Action::Start {
        kind: ProgressType::Queue,
        title: "Download queue".to_owned(),
        message: "Added 3 items to queue".to_owned(),
        current: 0,
        total: Some(3),
    };
    let status = json!({"pending": 3, "active": 0, "completed": 0, "failed": 0});
    let update = ProgressUpdate::new(DOWNLOAD_QUEUE, start)
        .with("action", "items_added")
        .with("queue_status", status);
    let event = desk.apply(update);
    let frame = Frame {
        epoch: 1,
        frame: 1,
        messages: vec![RoomMessage::from(&event)],
    };
    insta::assert_json_snapshot!(json!(frame));
}
