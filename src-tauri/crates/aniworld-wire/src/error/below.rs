//! From every error of the layers below to one with a code. The matches are exhaustive: a new error
//! below does not compile here until it has a code.

use std::io;
use std::path::Path;

use aniworld_core::app::{DownloadFailure, RefreshFailure, ScanFailure};
use aniworld_core::source::SourceError;
use aniworld_services::OpenError;
use aniworld_services::aniworld::{LibraryError, SourceChangeError};
use aniworld_services::downloads::{JobFailure, QueueError};
use aniworld_services::progress::ProgressError;
use aniworld_services::settings::SettingsError;
use aniworld_services::store::{SelectionError, StoreFailure, StoreOpenError};

use super::transfer::{disk_code, status_code, tls_code};
use super::{CommandError, ErrorCode, words};

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn with_path(code: ErrorCode, path: &Path) -> CommandError {
    CommandError::new(code, [("path", text(path))])
}

fn at_host(code: ErrorCode, host: &str) -> CommandError {
    CommandError::new(code, [("host", host)])
}

fn with_host(code: ErrorCode, host: &str, detail: &str) -> CommandError {
    CommandError::new(code, [("host", host), ("detail", detail)])
}

fn with_url(code: ErrorCode, url: &str) -> CommandError {
    CommandError::new(code, [("url", url)])
}

fn bare(code: ErrorCode) -> CommandError {
    CommandError::new(code, [("", ""); 0])
}

fn status_error(status: u16, url: &str) -> CommandError {
    CommandError::new(
        status_code(status),
        [("status", status.to_string()), ("url", url.to_owned())],
    )
}

/// What a file or folder said when it was used.
pub(crate) fn disk_error(path: &Path, kind: io::ErrorKind) -> CommandError {
    match disk_code(kind) {
        ErrorCode::Disk => unusable(path, &kind.to_string()),
        code => with_path(code, path),
    }
}

fn unusable(path: &Path, detail: &str) -> CommandError {
    CommandError::new(
        ErrorCode::Disk,
        [("path", text(path)), ("detail", detail.to_owned())],
    )
}

impl From<&SourceError> for CommandError {
    fn from(error: &SourceError) -> Self {
        match error {
            SourceError::InvalidUrl(url) => with_url(ErrorCode::InvalidUrl, url),
            SourceError::HostUnknown { host } => at_host(ErrorCode::HostUnknown, host),
            SourceError::Connect { host, detail } => with_host(ErrorCode::Connect, host, detail),
            SourceError::Timeout { host } => at_host(ErrorCode::Timeout, host),
            SourceError::Tls { host, reason, detail } => with_host(tls_code(*reason), host, detail),
            SourceError::HttpStatus { status, url } => status_error(*status, url),
            SourceError::NotAListing { url } => with_url(ErrorCode::NotAListing, url),
            SourceError::Empty { url } => with_url(ErrorCode::EmptySource, url),
            SourceError::BadData { url, detail } => {
                Self::new(ErrorCode::BadData, [("url", url), ("detail", detail)])
            }
            SourceError::TooLarge { url, limit_bytes } => Self::new(
                ErrorCode::TooLarge,
                [("url", url.clone()), ("limit_bytes", limit_bytes.to_string())],
            ),
            SourceError::Redirects { url } => with_url(ErrorCode::Redirects, url),
        }
    }
}

impl From<&DownloadFailure> for CommandError {
    fn from(failure: &DownloadFailure) -> Self {
        match failure {
            DownloadFailure::Transfer(error) => error.into(),
            DownloadFailure::LibraryMissing { path } => with_path(ErrorCode::LibraryMissing, path),
            DownloadFailure::Folder { path, kind } => disk_error(path, *kind),
            DownloadFailure::Store(detail) => Self::internal(detail),
        }
    }
}

impl From<&ScanFailure> for CommandError {
    fn from(failure: &ScanFailure) -> Self {
        match failure {
            ScanFailure::NoLibrary => bare(ErrorCode::NoLibrary),
            ScanFailure::Unreachable { path, known_files } => Self::new(
                ErrorCode::LibraryUnreachable,
                [("path", text(path)), ("known_files", known_files.to_string())],
            ),
            ScanFailure::Unreadable { path, detail } => unusable(path, detail),
            ScanFailure::Store(detail) => Self::internal(detail),
            ScanFailure::Cancelled => bare(ErrorCode::Interrupted),
        }
    }
}

impl From<&RefreshFailure> for CommandError {
    fn from(failure: &RefreshFailure) -> Self {
        match failure {
            RefreshFailure::Source(error) => error.into(),
            RefreshFailure::Store(detail) => Self::internal(detail),
        }
    }
}

impl From<&LibraryError> for CommandError {
    fn from(error: &LibraryError) -> Self {
        match error {
            LibraryError::Missing(path) => with_path(ErrorCode::LibraryMissing, path),
            LibraryError::NotAFolder(path) => with_path(ErrorCode::LibraryNotAFolder, path),
            LibraryError::ReadOnly(path) => with_path(ErrorCode::ReadOnly, path),
            LibraryError::Unreadable { path, detail } => unusable(path, detail),
            LibraryError::Store(detail) => Self::internal(detail),
        }
    }
}

impl From<&SourceChangeError> for CommandError {
    fn from(error: &SourceChangeError) -> Self {
        match error {
            SourceChangeError::Source(error) => error.into(),
            SourceChangeError::Exists { name } => Self::new(ErrorCode::SourceExists, [("name", name)]),
            SourceChangeError::Unknown(id) => Self::new(ErrorCode::SourceUnknown, [("id", id.to_string())]),
            SourceChangeError::Store(detail) => Self::internal(detail),
        }
    }
}

impl From<&StoreOpenError> for CommandError {
    fn from(error: &StoreOpenError) -> Self {
        match error {
            StoreOpenError::Newer { path, found, known } => Self::new(
                ErrorCode::DatabaseNewer,
                [
                    ("path", text(path)),
                    ("found", found.to_string()),
                    ("known", known.to_string()),
                ],
            ),
            StoreOpenError::Broken { path, detail } => Self::new(
                ErrorCode::DatabaseBroken,
                [("path", text(path)), ("detail", detail.clone())],
            ),
            StoreOpenError::Io { path, detail } => unusable(path, detail),
        }
    }
}

impl From<&OpenError> for CommandError {
    fn from(error: &OpenError) -> Self {
        match error {
            OpenError::Locked {
                data_dir,
                holder,
                pid,
            } => Self::new(
                ErrorCode::AlreadyRunning,
                [
                    ("path", text(data_dir)),
                    ("holder", holder.clone()),
                    ("pid", pid.to_string()),
                ],
            ),
            OpenError::Store(error) => error.into(),
            OpenError::Folder { data_dir, detail } => unusable(data_dir, detail),
            OpenError::Demo(detail) | OpenError::Network(detail) => Self::internal(detail),
        }
    }
}

impl From<&StoreFailure> for CommandError {
    fn from(failure: &StoreFailure) -> Self {
        Self::internal(failure)
    }
}

impl From<&JobFailure> for CommandError {
    fn from(failure: &JobFailure) -> Self {
        // an older or newer program may have stored a code that is not known here; its sentence still holds
        let code = serde_json::from_value(failure.code.as_str().into()).unwrap_or(ErrorCode::Internal);
        Self {
            code,
            message: words::sentence(&failure.message),
            hint: words::fill(words::of(code).hint, &failure.params),
            params: failure.params.clone(),
        }
    }
}

impl From<&QueueError> for CommandError {
    fn from(error: &QueueError) -> Self {
        match error {
            QueueError::NothingMissing => bare(ErrorCode::NothingMissing),
            QueueError::Unknown(job) => Self::new(ErrorCode::JobUnknown, [("id", job.0.to_string())]),
            QueueError::State { job, state, wanted } => Self::new(
                ErrorCode::JobState,
                [
                    ("id", job.0.to_string()),
                    ("state", state.name().to_owned()),
                    ("wanted", (*wanted).to_owned()),
                ],
            ),
            QueueError::Store(failure) => failure.into(),
        }
    }
}

impl From<&SelectionError> for CommandError {
    fn from(error: &SelectionError) -> Self {
        match error {
            SelectionError::Unknown { text, close } => {
                if close.0.is_empty() {
                    return Self::new(ErrorCode::SelectionUnknown, [("text", text)]);
                }
                let close = close.0.join(", ");
                let hint = format!("Close to it: {close}.");
                let error = Self::new(
                    ErrorCode::SelectionUnknown,
                    [("text", text.clone()), ("close", close)],
                );
                Self { hint, ..error }
            }
            SelectionError::Store(failure) => failure.into(),
        }
    }
}

impl From<&SettingsError> for CommandError {
    fn from(error: &SettingsError) -> Self {
        match error {
            SettingsError::Invalid {
                field,
                value,
                expected,
            } => Self::new(
                ErrorCode::SettingInvalid,
                [("field", *field), ("value", value), ("expected", *expected)],
            ),
            SettingsError::File { path, detail } => unusable(path, detail),
        }
    }
}

impl From<&ProgressError> for CommandError {
    fn from(error: &ProgressError) -> Self {
        // nobody asks for a progress update in a window: a refusal is a mistake of ours
        Self::internal(error)
    }
}

/// The same by value, for `?`.
macro_rules! by_value {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self::from(&error)
            }
        })*
    };
}

by_value!(
    SourceError,
    DownloadFailure,
    ScanFailure,
    RefreshFailure,
    LibraryError,
    SourceChangeError,
    StoreOpenError,
    OpenError,
    StoreFailure,
    JobFailure,
    QueueError,
    SelectionError,
    SettingsError,
    ProgressError,
);
