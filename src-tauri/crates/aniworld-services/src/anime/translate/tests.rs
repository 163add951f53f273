//! Every event and what becomes of it.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aniworld_core::transfer::TransferNote;

use super::*;

fn label() -> EpisodeLabel {
    EpisodeLabel {
        serie_folder: "naruto".to_owned(),
        series: "Naruto".to_owned(),
        season: 1,
        number: "1".parse().unwrap(),
        title: Some("Enter".to_owned()),
        version: 1,
    }
}

fn path() -> PathBuf {
    PathBuf::from("/library/naruto")
}

fn http(status: u16) -> DownloadFailure {
    let retry_after = None;
    TransferError::HttpStatus { status, retry_after }.into()
}

fn download_statuses() -> Vec<DownloadStatus> {
    let until = SystemTime::UNIX_EPOCH + Duration::from_secs(1_762_509_605);
    let total = Some(100);
    let progress = |bytes, limit| DownloadStatus::Progress { bytes, total, limit };
    vec![
        DownloadStatus::Started {
            resumed_from: 0,
            total: None,
        },
        DownloadStatus::Started {
            resumed_from: 40,
            total,
        },
        progress(45, None),
        progress(46, Some(Limit::Server)),
        progress(47, Some(Limit::Disk)),
        progress(48, Some(Limit::SpeedLimit)),
        DownloadStatus::Noted(TransferNote::Resumed { at_bytes: 40 }),
        DownloadStatus::Phase(DownloadPhase::Downloading),
        DownloadStatus::Phase(DownloadPhase::Verifying),
        DownloadStatus::Phase(DownloadPhase::Processing),
        DownloadStatus::Phase(DownloadPhase::Moving),
        DownloadStatus::Waiting {
            reason: WaitReason::Retry,
            until,
            tries: 2,
            cause: http(502),
        },
        DownloadStatus::Waiting {
            reason: WaitReason::ServerBusy,
            until,
            tries: 1,
            cause: http(429),
        },
        DownloadStatus::Paused,
        DownloadStatus::Resumed,
        DownloadStatus::Completed {
            bytes: 100,
            took: Duration::from_secs(9),
            skipped_existing: false,
        },
        DownloadStatus::Completed {
            bytes: 100,
            took: Duration::ZERO,
            skipped_existing: true,
        },
        DownloadStatus::Failed(http(404)),
        DownloadStatus::Failed(TransferError::Paused.into()),
        DownloadStatus::Failed(TransferError::Cancelled.into()),
        DownloadStatus::Failed(TransferError::Interrupted.into()),
        DownloadStatus::Failed(TransferError::Exists { path: path() }.into()),
        DownloadStatus::Failed(DownloadFailure::LibraryMissing { path: path() }),
        DownloadStatus::Failed(DownloadFailure::Folder {
            path: path(),
            kind: io::ErrorKind::PermissionDenied,
        }),
        DownloadStatus::Failed(DownloadFailure::Store("the disk is gone".to_owned())),
        DownloadStatus::Cancelled,
    ]
}

fn scan_statuses() -> Vec<ScanStatus> {
    let progress = |phase, total| ScanStatus::Progress {
        phase,
        done: 3,
        total,
        files: 20,
    };
    vec![
        ScanStatus::Started,
        progress(ScanPhase::Sources, Some(4)),
        progress(ScanPhase::Walking, None),
        progress(ScanPhase::Comparing, Some(3)),
        ScanStatus::Completed(ScanTotals {
            series: 3,
            episodes: 20,
            missing: 2,
            files: 25,
            dirs: 7,
            failed_sources: 1,
        }),
        ScanStatus::Failed(ScanFailure::NoLibrary),
        ScanStatus::Failed(ScanFailure::Unreachable {
            path: path(),
            known_files: 20,
        }),
        ScanStatus::Failed(ScanFailure::Unreadable {
            path: path(),
            detail: "permission denied".to_owned(),
        }),
        ScanStatus::Failed(ScanFailure::Store("the disk is gone".to_owned())),
        ScanStatus::Failed(ScanFailure::Cancelled),
        ScanStatus::Cancelled,
    ]
}

/// One block per event: the event, what happens to which operation, the metadata.
fn listed<T: std::fmt::Debug>(events: Vec<T>, to_event: impl Fn(T) -> SeriesEvent) -> String {
    let mut text = String::new();
    for event in events {
        let debug = format!("{event:?}");
        // what follows is an instant, which each system writes in its own way
        writeln!(text, "{}", debug.split(", until").next().unwrap_or(&debug)).unwrap();
        let Translated { note, update } = translate(&to_event(event));
        if let Some(note) = note {
            writeln!(text, "  noted: {}", json!(note)).unwrap();
        }
        let Some(update) = update else { continue };
        writeln!(text, "  {} {:?}", update.id, update.action).unwrap();
        writeln!(text, "  {}", json!(update.metadata)).unwrap();
        assert!(
            !update.force_broadcast,
            "the board knows itself what is a state change"
        );
    }
    text
}

#[test]
fn downloads() {
    let label = Arc::new(label());
    insta::assert_snapshot!(listed(download_statuses(), |status| SeriesEvent::Download {
        label: Arc::clone(&label),
        status,
    }));
}

#[test]
fn scans() {
    insta::assert_snapshot!(listed(scan_statuses(), SeriesEvent::Scan));
}

#[test]
fn episodes_are_written_as_people_write_them() {
    let written = |season, number: &str| {
        episode_code(&EpisodeLabel {
            season,
            number: number.parse().unwrap(),
            ..label()
        })
    };
    assert_eq!(written(1, "1"), "S01E01");
    assert_eq!(written(0, "9.5"), "S00E09.5");
    assert_eq!(written(12, "2-3"), "S12E02-E03");
    assert_eq!(written(1, "1000"), "S01E1000");
    assert_eq!(written(1, "2024-02-29"), "2024-02-29");
}

#[test]
fn further_versions_are_operations_of_their_own() {
    let label = EpisodeLabel {
        version: 2,
        ..label()
    };
    assert_eq!(progress_id(&label), "download_naruto_1_1~2");
}
