//! From every error of a transfer to one with a code. The match is exhaustive: a new error below does
//! not compile here until it has a code.

use std::io;

use aniworld_core::transfer::stream::StreamRefusal;
use aniworld_core::transfer::{TlsReason, TransferError};
use aniworld_services::failure;

use super::{CommandError, ErrorCode};

impl From<&TransferError> for CommandError {
    fn from(error: &TransferError) -> Self {
        Self::new(code(error), failure::transfer_values(error))
    }
}

impl From<TransferError> for CommandError {
    fn from(error: TransferError) -> Self {
        Self::from(&error)
    }
}

fn code(error: &TransferError) -> ErrorCode {
    match error {
        TransferError::InvalidUrl { .. } => ErrorCode::InvalidUrl,
        TransferError::HostUnknown { .. } => ErrorCode::HostUnknown,
        TransferError::Connect { .. } => ErrorCode::Connect,
        TransferError::Tls { reason, .. } => tls_code(*reason),
        TransferError::Proxy { .. } => ErrorCode::Proxy,
        TransferError::ProxyLogin { .. } => ErrorCode::ProxyLogin,
        TransferError::Stalled { .. } => ErrorCode::Timeout,
        TransferError::TooSlow { .. } => ErrorCode::TooSlow,
        TransferError::HttpStatus { status, .. } => status_code(*status),
        TransferError::Short { .. } => ErrorCode::ShortBody,
        TransferError::BadAnswer { .. } => ErrorCode::BadAnswer,
        TransferError::RangeRefused => ErrorCode::RangeRefused,
        TransferError::FileChanged => ErrorCode::FileChanged,
        TransferError::WebPage => ErrorCode::WebPage,
        TransferError::Mismatch { .. } => ErrorCode::Mismatch,
        TransferError::BrokenMedia { .. } => ErrorCode::BrokenMedia,
        TransferError::Redirects => ErrorCode::Redirects,
        TransferError::DiskFull { .. } => ErrorCode::DiskFull,
        TransferError::NotEnoughSpace { .. } => ErrorCode::NotEnoughSpace,
        TransferError::ReadOnly { .. } => ErrorCode::ReadOnly,
        TransferError::FolderMissing { .. } => ErrorCode::LibraryMissing,
        TransferError::Exists { .. } => ErrorCode::FileExists,
        TransferError::Busy { .. } => ErrorCode::Busy,
        TransferError::Disk { kind, .. } => disk_code(*kind),
        TransferError::Paused | TransferError::Cancelled | TransferError::Interrupted => {
            ErrorCode::Interrupted
        }
        TransferError::Internal { .. } => ErrorCode::Internal,
        TransferError::Stream(refusal) => stream_code(refusal),
        TransferError::FfmpegMissing { .. } => ErrorCode::FfmpegMissing,
        TransferError::Remux { .. } => ErrorCode::Remux,
    }
}

fn stream_code(refusal: &StreamRefusal) -> ErrorCode {
    match refusal {
        StreamRefusal::Live => ErrorCode::StreamLive,
        StreamRefusal::Drm { .. } => ErrorCode::StreamDrm,
        StreamRefusal::SampleAes => ErrorCode::StreamSampleAes,
        StreamRefusal::InitChanges { .. } => ErrorCode::StreamInitChanges,
        StreamRefusal::Gap { .. } => ErrorCode::StreamGap,
        StreamRefusal::Unsupported { .. } => ErrorCode::StreamUnsupported,
        StreamRefusal::TooLarge { .. } => ErrorCode::StreamTooLarge,
        StreamRefusal::Empty { .. } => ErrorCode::StreamEmpty,
        StreamRefusal::Malformed { .. } => ErrorCode::StreamMalformed,
    }
}

/// What is wrong with a safe connection.
pub(super) fn tls_code(reason: TlsReason) -> ErrorCode {
    match reason {
        TlsReason::Expired => ErrorCode::TlsExpired,
        TlsReason::NotYetValid => ErrorCode::TlsNotYetValid,
        TlsReason::UnknownIssuer => ErrorCode::TlsUnknownIssuer,
        TlsReason::WrongName => ErrorCode::TlsWrongName,
        TlsReason::Revoked => ErrorCode::TlsRevoked,
        TlsReason::Handshake => ErrorCode::Tls,
        TlsReason::OwnCertificates => ErrorCode::TlsOwnCertificates,
    }
}

/// What a status says, where people do something else about it.
pub(super) fn status_code(status: u16) -> ErrorCode {
    match status {
        404 | 410 => ErrorCode::NotFound,
        429 => ErrorCode::RateLimited,
        _ => ErrorCode::HttpStatus,
    }
}

/// What the disk says, where people do something else about it.
pub(super) fn disk_code(kind: io::ErrorKind) -> ErrorCode {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorCode::DiskFull,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorCode::ReadOnly,
        _ => ErrorCode::Disk,
    }
}
