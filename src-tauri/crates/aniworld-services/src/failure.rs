//! Stable codes of failures: one word per cause, the same in progress metadata, messages and exit reports.
//! The sentences belong to whoever shows them.

use std::io;

use aniworld_core::app::{DownloadFailure, ScanFailure};
use aniworld_core::source::SourceError;
use aniworld_core::transfer::TransferError;

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

/// The code of a failed transfer.
pub fn transfer_code(error: &TransferError) -> &'static str {
    match error {
        TransferError::InvalidUrl { .. } => "invalid_url",
        TransferError::HostUnknown { .. } => "host_unknown",
        TransferError::Connect { .. } => "connect",
        TransferError::Tls { .. } => "tls",
        TransferError::Stalled { .. } => "timeout",
        TransferError::HttpStatus { status, .. } => status_code(*status),
        TransferError::Short { .. } => "short_body",
        TransferError::BadAnswer { .. } => "bad_answer",
        TransferError::WebPage => "web_page",
        TransferError::Mismatch { .. } => "mismatch",
        TransferError::Redirects => "redirects",
        TransferError::DiskFull { .. } => "disk_full",
        TransferError::ReadOnly { .. } => "read_only",
        TransferError::FolderMissing { .. } => "library_missing",
        TransferError::Exists { .. } => "file_exists",
        TransferError::Busy { .. } => "busy",
        TransferError::Disk { kind, .. } => disk_code(*kind),
        TransferError::Paused | TransferError::Cancelled | TransferError::Interrupted => "interrupted",
    }
}

/// The code of a source that could not be read.
pub fn source_code(error: &SourceError) -> &'static str {
    match error {
        SourceError::InvalidUrl(_) => "invalid_url",
        SourceError::HostUnknown { .. } => "host_unknown",
        SourceError::Connect { .. } => "connect",
        SourceError::Timeout { .. } => "timeout",
        SourceError::Tls { .. } => "tls",
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
