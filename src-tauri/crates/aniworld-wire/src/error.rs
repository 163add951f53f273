//! Errors as a window and a script see them: a code to branch on, what happened, what to do next.

mod below;
mod transfer;
mod words;

pub(crate) use below::disk_error;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An error with a stable code, an English sentence and a next step.
///
/// The window writes its own words from `code` and `params`; the terminal prints `message` and `hint`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CommandError {
    /// What happened, as a code. Stable.
    pub code: ErrorCode,
    /// What happened and why, in English.
    pub message: String,
    /// What to do next, in English.
    pub hint: String,
    /// Values for the sentence, such as `host`, `path`, `status`, `url`.
    pub params: BTreeMap<String, String>,
}

impl CommandError {
    /// An error in the words of its code, with the values of `params` in their places.
    pub fn new<K, V>(code: ErrorCode, params: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<String>,
    {
        let params: BTreeMap<String, String> = params
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        let words = words::of(code);
        Self {
            code,
            message: words::fill(words.message, &params),
            hint: words::fill(words.hint, &params),
            params,
        }
    }

    /// An error that nobody can do anything about here. `detail` is for a report.
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::new(ErrorCode::Internal, [("detail", detail.to_string())])
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CommandError {}

/// The codes. A code exists only where somebody branches on it or words it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
#[expect(
    missing_docs,
    reason = "the names are the documentation; the sentences are in `words`"
)]
pub enum ErrorCode {
    // sources and transfers
    InvalidUrl,
    HostUnknown,
    Connect,
    Timeout,
    TooSlow,
    Tls,
    TlsExpired,
    TlsNotYetValid,
    TlsUnknownIssuer,
    TlsWrongName,
    TlsRevoked,
    TlsOwnCertificates,
    Proxy,
    ProxyLogin,
    HttpStatus,
    NotFound,
    RateLimited,
    NotAListing,
    EmptySource,
    BadData,
    TooLarge,
    Redirects,
    SourceExists,
    SourceUnknown,
    ShortBody,
    BadAnswer,
    WebPage,
    RangeRefused,
    FileChanged,
    Mismatch,
    BrokenMedia,
    // streams
    StreamLive,
    StreamDrm,
    StreamSampleAes,
    StreamInitChanges,
    StreamGap,
    StreamUnsupported,
    StreamTooLarge,
    StreamEmpty,
    StreamMalformed,
    FfmpegMissing,
    Remux,
    // the disk
    LibraryMissing,
    LibraryUnreachable,
    LibraryNotAFolder,
    ReadOnly,
    DiskFull,
    NotEnoughSpace,
    FileExists,
    Disk,
    // the program
    NoLibrary,
    SelectionUnknown,
    NothingMissing,
    JobUnknown,
    JobState,
    SettingInvalid,
    DatabaseNewer,
    DatabaseBroken,
    AlreadyRunning,
    NotRunning,
    Busy,
    Interrupted,
    Internal,
}
