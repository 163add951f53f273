//! Why a transfer ended without a file: a closed set, each with a fixed number, name and way to go on.
//! Must not know who shows it, nor in which language.

mod numbers;
#[cfg(test)]
mod tests;
mod tls;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

pub use self::numbers::{Numbered, TABLE};
pub use self::tls::TlsReason;
use crate::size::bytes;
use crate::stream::StreamRefusal;

/// The closed set of endings without a file. Each has one fixed number and name, see [`TABLE`], and one
/// fixed way to go on, see [`TransferError::resume_mode`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// Not an http or https URL.
    #[error("{url:?} is no web address")]
    InvalidUrl {
        /// The text.
        url: String,
    },
    /// The name of the host has no address.
    #[error("the host {host} is not known")]
    HostUnknown {
        /// The host.
        host: String,
    },
    /// Nobody answers, or the line was cut before the head of the answer.
    #[error("no connection to {host}: {detail}")]
    Connect {
        /// The host.
        host: String,
        /// What the system said.
        detail: String,
    },
    /// The certificate or the handshake failed. Never worked around: what to do depends on the reason.
    #[error("no safe connection to {host}: {reason}")]
    Tls {
        /// The host; empty where no host is to blame ([`TlsReason::OwnCertificates`]).
        host: String,
        /// What is wrong.
        reason: TlsReason,
        /// What rustls said.
        detail: String,
    },
    /// The proxy does not answer, or does not let this request through.
    #[error("the proxy {proxy} gives no connection: {detail}")]
    Proxy {
        /// The proxy, without credentials.
        proxy: String,
        /// What it or the system said.
        detail: String,
    },
    /// The proxy wants another user or password (RFC 9110, section 15.5.8).
    #[error("the proxy {proxy} wants a login")]
    ProxyLogin {
        /// The proxy, without credentials.
        proxy: String,
    },
    /// No byte for longer than the stall time-out.
    #[error("{host} sent nothing for {after:?}")]
    Stalled {
        /// The host.
        host: String,
        /// The time-out.
        after: Duration,
    },
    /// Bytes came, but fewer than any use of them needs.
    #[error("{host} was too slow: {bytes_per_s} bytes a second for {over:?}")]
    TooSlow {
        /// The host.
        host: String,
        /// How fast it was.
        bytes_per_s: u64,
        /// Over which time.
        over: Duration,
    },
    /// The server answered with an error status.
    #[error("the server answered {status}")]
    HttpStatus {
        /// The status code.
        status: u16,
        /// What `Retry-After` asked for, bounded to 24 h.
        retry_after: Option<Duration>,
    },
    /// The body ended early.
    #[error("the file ended after {received} of {expected} bytes")]
    Short {
        /// Bytes that came.
        received: u64,
        /// Bytes that were promised.
        expected: u64,
    },
    /// The answer contradicts itself or the request (a wrong Content-Range, a coded body, ...).
    #[error("the server's answer cannot be trusted: {detail}")]
    BadAnswer {
        /// What is wrong.
        detail: String,
    },
    /// The server hands out no further part of the file, though it did or said so before.
    #[error("the server does not give the rest of the file")]
    RangeRefused,
    /// The file became another one while it came.
    #[error("the file changed on the server while it came")]
    FileChanged,
    /// A web page came instead of a media file.
    #[error("a web page came instead of the file")]
    WebPage,
    /// The bytes do not have the promised checksum or size.
    #[error("the file is not the promised one: {detail}")]
    Mismatch {
        /// Expected and found.
        detail: String,
    },
    /// Every byte came, and yet the file is damaged.
    #[error("the {container} file is damaged: {what}")]
    BrokenMedia {
        /// The kind of file, such as `MP4`.
        container: String,
        /// What is wrong in it.
        what: String,
    },
    /// Redirected too often or to something that is not http(s).
    #[error("the address redirects without end")]
    Redirects,
    /// The disk is full.
    #[error("no space left for {path}")]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// The disk has too little space for the file, as was found before the first byte.
    #[error("{path} needs {}, but only {} is free", bytes(*needed), bytes(*free))]
    NotEnoughSpace {
        /// The file.
        path: PathBuf,
        /// Bytes that are still to be written.
        needed: u64,
        /// Bytes that the disk has.
        free: u64,
    },
    /// The folder does not allow writing.
    #[error("{path} cannot be written")]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The target folder is gone.
    #[error("the folder of {path} is not there")]
    FolderMissing {
        /// The file.
        path: PathBuf,
    },
    /// A file of that name is already there; it was left alone.
    #[error("{path} already exists")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Another transfer writes this part file right now.
    #[error("{path} is being written by another transfer")]
    Busy {
        /// The part file.
        path: PathBuf,
    },
    /// Any other failure of the disk.
    #[error("{path}: {kind}")]
    Disk {
        /// The file.
        path: PathBuf,
        /// The kind of failure.
        kind: io::ErrorKind,
    },
    /// Paused by the owner; the part file stays.
    #[error("paused")]
    Paused,
    /// Given up by the owner; no trace stays.
    #[error("cancelled")]
    Cancelled,
    /// The program ends; the part file stays.
    #[error("interrupted")]
    Interrupted,
    /// A mistake in this program.
    #[error("a mistake in this program: {detail}")]
    Internal {
        /// What went wrong, for a report.
        detail: String,
    },
    /// The stream is of a kind that cannot become one right file here.
    #[error(transparent)]
    Stream(#[from] StreamRefusal),
    /// The stream needs ffmpeg to become one file, and it is not there.
    #[error("ffmpeg is needed and cannot be used: {why}")]
    FfmpegMissing {
        /// Where it was looked for, or why it does not run.
        why: String,
    },
    /// ffmpeg could not make one file of the pieces.
    #[error("the pieces could not be put together: {detail}")]
    Remux {
        /// The last words of ffmpeg.
        detail: String,
    },
}

/// How a transfer can go on after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResumeMode {
    /// Try again by itself, from where it stands.
    Continue,
    /// Try again by itself, from the first byte.
    Restart,
    /// Only when the user changed something.
    NeedsUser,
}

impl TransferError {
    /// The fixed way to go on after this error.
    pub fn resume_mode(&self) -> ResumeMode {
        match self {
            Self::Connect { .. }
            | Self::Proxy { .. }
            | Self::Stalled { .. }
            | Self::TooSlow { .. }
            | Self::Short { .. }
            | Self::HttpStatus {
                status: 408 | 425 | 429 | 500 | 502 | 503 | 504,
                ..
            } => ResumeMode::Continue,
            Self::BadAnswer { .. }
            | Self::RangeRefused
            | Self::FileChanged
            | Self::Mismatch { .. }
            | Self::BrokenMedia { .. } => ResumeMode::Restart,
            _ => ResumeMode::NeedsUser,
        }
    }
}
