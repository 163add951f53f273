//! Every error from below: its code, its words, and that both layers call it the same.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use aniworld_core::app::{DownloadFailure, ScanFailure};
use aniworld_core::source::SourceError;
use aniworld_core::transfer::error::TABLE;
use aniworld_core::transfer::stream::StreamRefusal;
use aniworld_core::transfer::{TlsReason, TransferError};
use aniworld_services::OpenError;
use aniworld_services::aniworld::{LibraryError, SourceChangeError};
use aniworld_services::downloads::{JobFailure, JobId, JobState, QueueError};
use aniworld_services::failure;
use aniworld_services::settings::SettingsError;
use aniworld_services::store::{StoreFailure, StoreOpenError};
use aniworld_wire::{CommandError, ErrorCode};
use serde_json::json;

fn path() -> PathBuf {
    PathBuf::from("/library")
}

fn host() -> String {
    "media.example".to_owned()
}

fn url() -> String {
    "https://media.example/shows/".to_owned()
}

fn detail() -> String {
    "connection refused".to_owned()
}

fn transfer_errors() -> Vec<TransferError> {
    let status = |status| TransferError::HttpStatus {
        status,
        retry_after: None,
    };
    vec![
        TransferError::InvalidUrl {
            url: "ftp:x".to_owned(),
        },
        TransferError::HostUnknown { host: host() },
        TransferError::Connect {
            host: host(),
            detail: detail(),
        },
        TransferError::Proxy {
            proxy: host(),
            detail: detail(),
        },
        TransferError::ProxyLogin { proxy: host() },
        TransferError::TooSlow {
            host: host(),
            bytes_per_s: 300,
            over: Duration::from_secs(30),
        },
        TransferError::RangeRefused,
        TransferError::FileChanged,
        TransferError::Internal { detail: detail() },
        TransferError::FfmpegMissing {
            why: "it is not in PATH".to_owned(),
        },
        TransferError::Remux { detail: detail() },
        TransferError::Stalled {
            host: host(),
            after: Duration::from_secs(30),
        },
        status(404),
        status(410),
        status(429),
        status(503),
        TransferError::Short {
            received: 5,
            expected: 9,
        },
        TransferError::BadAnswer { detail: detail() },
        TransferError::WebPage,
        TransferError::Mismatch { detail: detail() },
        TransferError::Redirects,
        TransferError::Paused,
        TransferError::Cancelled,
        TransferError::Interrupted,
    ]
}

fn file_errors() -> Vec<TransferError> {
    vec![
        TransferError::DiskFull { path: path() },
        TransferError::ReadOnly { path: path() },
        TransferError::FolderMissing {
            path: path().join("a.mkv"),
        },
        TransferError::Exists { path: path() },
        TransferError::Busy { path: path() },
        TransferError::Disk {
            path: path(),
            kind: io::ErrorKind::NotADirectory,
        },
        TransferError::Disk {
            path: path(),
            kind: io::ErrorKind::StorageFull,
        },
        TransferError::BrokenMedia {
            container: "MP4".to_owned(),
            what: "its index is missing".to_owned(),
        },
        TransferError::NotEnoughSpace {
            path: path().join("a.mkv"),
            needed: 900,
            free: 100,
        },
    ]
}

fn tls_errors() -> impl Iterator<Item = TransferError> {
    TlsReason::ALL.into_iter().map(|reason| TransferError::Tls {
        host: host(),
        reason,
        detail: detail(),
    })
}

fn stream_errors() -> Vec<TransferError> {
    let what = || "a thumbnail track".to_owned();
    let refusals = [
        StreamRefusal::Live,
        StreamRefusal::Drm {
            system: "Widevine".to_owned(),
        },
        StreamRefusal::SampleAes,
        StreamRefusal::InitChanges { sequence: 7 },
        StreamRefusal::Gap { sequence: 7 },
        StreamRefusal::Unsupported { what: what() },
        StreamRefusal::TooLarge { what: what() },
        StreamRefusal::Empty { what: what() },
        StreamRefusal::malformed(3, what()),
    ];
    refusals.into_iter().map(TransferError::from).collect()
}

fn all_transfer_errors() -> Vec<TransferError> {
    let mut errors = transfer_errors();
    errors.extend(file_errors());
    errors.extend(tls_errors());
    errors.extend(stream_errors());
    errors
}

fn download_failures() -> Vec<DownloadFailure> {
    let mut failures: Vec<DownloadFailure> = all_transfer_errors().into_iter().map(Into::into).collect();
    failures.push(DownloadFailure::LibraryMissing { path: path() });
    for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::NotADirectory] {
        failures.push(DownloadFailure::Folder { path: path(), kind });
    }
    failures.push(DownloadFailure::Store(detail()));
    failures
}

fn source_errors() -> Vec<SourceError> {
    let status = |status| SourceError::HttpStatus { status, url: url() };
    vec![
        SourceError::InvalidUrl("ftp:x".to_owned()),
        SourceError::HostUnknown { host: host() },
        SourceError::Connect {
            host: host(),
            detail: detail(),
        },
        SourceError::Timeout { host: host() },
        SourceError::Tls {
            host: host(),
            reason: TlsReason::Expired,
            detail: detail(),
        },
        status(404),
        status(429),
        status(500),
        SourceError::NotAListing { url: url() },
        SourceError::Empty { url: url() },
        SourceError::BadData {
            url: url(),
            detail: detail(),
        },
        SourceError::TooLarge {
            url: url(),
            limit_bytes: 7,
        },
        SourceError::Redirects { url: url() },
    ]
}

fn scan_failures() -> Vec<ScanFailure> {
    vec![
        ScanFailure::NoLibrary,
        ScanFailure::Unreachable {
            path: path(),
            known_files: 4,
        },
        ScanFailure::Unreadable {
            path: path(),
            detail: detail(),
        },
        ScanFailure::Store(detail()),
        ScanFailure::Cancelled,
    ]
}

fn library_errors() -> Vec<CommandError> {
    vec![
        LibraryError::Missing(path()).into(),
        LibraryError::NotAFolder(path()).into(),
        LibraryError::ReadOnly(path()).into(),
        LibraryError::Unreadable {
            path: path(),
            detail: detail(),
        }
        .into(),
        LibraryError::Store(detail()).into(),
        SourceChangeError::Exists {
            name: "Films".to_owned(),
        }
        .into(),
        SourceChangeError::Unknown(7).into(),
        SourceChangeError::Store(detail()).into(),
    ]
}

fn opening_errors() -> Vec<CommandError> {
    vec![
        OpenError::Locked {
            data_dir: path(),
            holder: "Aniworld".to_owned(),
            pid: 42,
        }
        .into(),
        OpenError::Folder {
            data_dir: path(),
            detail: detail(),
        }
        .into(),
        OpenError::Demo(detail()).into(),
        OpenError::Store(StoreOpenError::Newer {
            path: path(),
            found: 9,
            known: 1,
        })
        .into(),
        StoreOpenError::Broken {
            path: path(),
            detail: detail(),
        }
        .into(),
        StoreOpenError::Io {
            path: path(),
            detail: detail(),
        }
        .into(),
        StoreFailure(detail()).into(),
    ]
}

fn settings_and_queue_errors() -> Vec<CommandError> {
    vec![
        SettingsError::Invalid {
            field: "parallel_downloads",
            value: "17".to_owned(),
            expected: "a whole number from 1 to 16",
        }
        .into(),
        SettingsError::File {
            path: path(),
            detail: detail(),
        }
        .into(),
        QueueError::NothingMissing.into(),
        QueueError::Unknown(JobId(7)).into(),
        QueueError::State {
            job: JobId(7),
            state: JobState::Completed,
            wanted: "paused",
        }
        .into(),
        JobFailure::from(&DownloadFailure::LibraryMissing { path: path() }).into(),
    ]
}

fn all() -> Vec<CommandError> {
    let mut errors: Vec<CommandError> = download_failures().into_iter().map(Into::into).collect();
    errors.extend(source_errors().into_iter().map(CommandError::from));
    errors.extend(scan_failures().into_iter().map(CommandError::from));
    errors.extend(library_errors());
    errors.extend(opening_errors());
    errors.extend(settings_and_queue_errors());
    errors
}

#[test]
fn no_kind_of_transfer_error_is_left_out_here() {
    let here: BTreeSet<u16> = all_transfer_errors().iter().map(TransferError::code).collect();
    let all: BTreeSet<u16> = TABLE.iter().map(|kind| kind.code).collect();
    assert_eq!(here, all);
}

#[test]
fn every_error_has_a_whole_sentence_and_a_next_step() {
    for error in all() {
        for text in [&error.message, &error.hint] {
            assert!(
                text.ends_with('.') && !text.contains(['{', '}', '?']),
                "{error:?}"
            );
            // a host or an address keeps its own spelling at the front
            let begins_with_a_value = text.starts_with("media.") || text.starts_with("https:");
            let lower = text.starts_with(char::is_lowercase);
            assert!(!lower || begins_with_a_value, "{error:?}");
        }
    }
}

#[test]
fn the_words_of_every_error() {
    let lines: Vec<String> = all()
        .iter()
        .map(|error| {
            format!(
                "{}: {} | {}",
                json!(error.code).as_str().unwrap_or_default(),
                error.message,
                error.hint
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn progress_and_commands_use_the_same_codes() {
    let code = |error: CommandError| json!(error.code);
    for failure in download_failures() {
        assert_eq!(json!(failure::code(&failure)), code(failure.into()));
    }
    for failure in scan_failures() {
        assert_eq!(json!(failure::scan_code(&failure)), code(failure.into()));
    }
    for error in source_errors() {
        assert_eq!(json!(failure::source_code(&error)), code(error.into()));
    }
}

#[test]
fn a_stored_failure_with_an_unknown_code_keeps_its_sentence() {
    let failure = JobFailure {
        code: "eaten_by_a_grue".to_owned(),
        message: "it was dark".to_owned(),
        params: [("where".to_owned(), "cellar".to_owned())].into(),
    };
    let error = CommandError::from(&failure);
    assert_eq!(error.code, ErrorCode::Internal);
    assert_eq!(error.message, "It was dark.");
    assert_eq!(json!(error.params), json!({"where": "cellar"}));
}

#[test]
fn values_for_other_languages_are_in_the_params() {
    let error = CommandError::from(ScanFailure::Unreachable {
        path: path(),
        known_files: 4,
    });
    assert_eq!(error.code, ErrorCode::LibraryUnreachable);
    assert_eq!(
        json!(error.params),
        json!({"known_files": "4", "path": "/library"})
    );
}
