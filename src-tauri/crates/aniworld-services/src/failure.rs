//! Stable codes of failures: one word per cause, the same in progress metadata, messages and exit reports.
//! The sentences belong to whoever shows them.

use std::io;
use std::path::Path;

use aniworld_core::app::{DownloadFailure, ScanFailure};
use aniworld_core::source::SourceError;
use aniworld_core::transfer::TransferError;
use aniworld_core::transfer::stream::StreamRefusal;

/// The code of a failed or waiting download.
pub fn code(failure: &DownloadFailure) -> &'static str {
    match failure {
        DownloadFailure::Transfer(error) => transfer_code(error),
        DownloadFailure::LibraryMissing { .. } => "library_missing",
        DownloadFailure::Folder { kind, .. } => disk_code(*kind),
        DownloadFailure::Store(_) => "internal",
    }
}

/// The code of a failed scan.
pub fn scan_code(failure: &ScanFailure) -> &'static str {
    match failure {
        ScanFailure::NoLibrary => "no_library",
        ScanFailure::Unreachable { .. } => "library_unreachable",
        ScanFailure::Unreadable { .. } => "disk",
        ScanFailure::Store(_) => "internal",
        ScanFailure::Cancelled => "interrupted",
    }
}

/// The code of a failed transfer: the name of its kind, and a finer one where people do something else
/// about it.
pub fn transfer_code(error: &TransferError) -> &'static str {
    match error {
        TransferError::HttpStatus { status, .. } => status_code(*status),
        TransferError::Tls { reason, .. } => reason.name(),
        TransferError::FolderMissing { .. } => "library_missing",
        TransferError::Disk { kind, .. } => disk_code(*kind),
        TransferError::Paused | TransferError::Cancelled | TransferError::Interrupted => "interrupted",
        _ => error.name(),
    }
}

/// The values that a sentence about a failed transfer needs, by the names that its code fixes.
pub fn transfer_values(error: &TransferError) -> Vec<(&'static str, String)> {
    let path = |path: &Path| ("path", path.display().to_string());
    match error {
        TransferError::InvalidUrl { url } => vec![("url", url.clone())],
        TransferError::HostUnknown { host } => vec![("host", host.clone())],
        TransferError::Connect { host, detail } | TransferError::Tls { host, detail, .. } => {
            vec![("host", host.clone()), ("detail", detail.clone())]
        }
        TransferError::Proxy { proxy, detail } => vec![("proxy", proxy.clone()), ("detail", detail.clone())],
        TransferError::ProxyLogin { proxy } => vec![("proxy", proxy.clone())],
        TransferError::Stalled { host, after } => {
            vec![("host", host.clone()), ("seconds", after.as_secs().to_string())]
        }
        TransferError::TooSlow {
            host,
            bytes_per_s,
            over,
        } => vec![
            ("host", host.clone()),
            ("bytes_per_s", bytes_per_s.to_string()),
            ("seconds", over.as_secs().to_string()),
        ],
        TransferError::HttpStatus { status, .. } => vec![("status", status.to_string())],
        TransferError::Short { received, expected } => vec![
            ("received", received.to_string()),
            ("expected", expected.to_string()),
        ],
        TransferError::BrokenMedia { container, what } => {
            vec![("container", container.clone()), ("detail", what.clone())]
        }
        TransferError::BadAnswer { detail }
        | TransferError::Mismatch { detail }
        | TransferError::Remux { detail }
        | TransferError::FfmpegMissing { why: detail }
        | TransferError::Internal { detail } => vec![("detail", detail.clone())],
        TransferError::NotEnoughSpace {
            path: file,
            needed,
            free,
        } => vec![
            path(file),
            ("needed", needed.to_string()),
            ("free", free.to_string()),
        ],
        TransferError::FolderMissing { path: file } => vec![path(file.parent().unwrap_or(file))],
        TransferError::Disk { path: file, kind } => vec![path(file), ("detail", kind.to_string())],
        TransferError::DiskFull { path: file }
        | TransferError::ReadOnly { path: file }
        | TransferError::Exists { path: file }
        | TransferError::Busy { path: file } => vec![path(file)],
        TransferError::Stream(refusal) => stream_values(refusal),
        TransferError::WebPage
        | TransferError::Redirects
        | TransferError::RangeRefused
        | TransferError::FileChanged
        | TransferError::Paused
        | TransferError::Cancelled
        | TransferError::Interrupted => Vec::new(),
    }
}

fn stream_values(refusal: &StreamRefusal) -> Vec<(&'static str, String)> {
    match refusal {
        StreamRefusal::Live | StreamRefusal::SampleAes => Vec::new(),
        StreamRefusal::Drm { system } => vec![("system", system.clone())],
        StreamRefusal::InitChanges { sequence } | StreamRefusal::Gap { sequence } => {
            vec![("piece", sequence.to_string())]
        }
        StreamRefusal::Unsupported { what }
        | StreamRefusal::TooLarge { what }
        | StreamRefusal::Empty { what } => {
            vec![("detail", what.clone())]
        }
        StreamRefusal::Malformed { line, what } => {
            vec![("line", line.to_string()), ("detail", what.clone())]
        }
    }
}

/// The code of a source that could not be read.
pub fn source_code(error: &SourceError) -> &'static str {
    match error {
        SourceError::InvalidUrl(_) => "invalid_url",
        SourceError::HostUnknown { .. } => "host_unknown",
        SourceError::Connect { .. } => "connect",
        SourceError::Timeout { .. } => "timeout",
        SourceError::Tls { reason, .. } => reason.name(),
        SourceError::HttpStatus { status, .. } => status_code(*status),
        SourceError::NotAListing { .. } => "not_a_listing",
        SourceError::Empty { .. } => "empty_source",
        SourceError::BadData { .. } => "bad_data",
        SourceError::TooLarge { .. } => "too_large",
        SourceError::Redirects { .. } => "redirects",
    }
}

fn status_code(status: u16) -> &'static str {
    match status {
        404 | 410 => "not_found",
        429 => "rate_limited",
        _ => "http_status",
    }
}

fn disk_code(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "disk_full",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "read_only",
        _ => "disk",
    }
}
