//! Why a transfer ended without a file.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The closed set of endings without a file. Each has one fixed way to go on, see [`TransferError::resume_mode`].
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
    /// The certificate or the handshake failed.
    #[error("no safe connection to {host}: {detail}")]
    Tls {
        /// The host.
        host: String,
        /// What rustls said.
        detail: String,
    },
    /// No byte for longer than the stall time-out.
    #[error("{host} sent nothing for {}s", after.as_secs())]
    Stalled {
        /// The host.
        host: String,
        /// The time-out.
        after: Duration,
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
    /// A web page came instead of a media file.
    #[error("a web page came instead of the file")]
    WebPage,
    /// The bytes do not have the promised checksum or size.
    #[error("the file is not the promised one: {detail}")]
    Mismatch {
        /// Expected and found.
        detail: String,
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
            | Self::Stalled { .. }
            | Self::Short { .. }
            | Self::HttpStatus {
                status: 408 | 425 | 429 | 500 | 502 | 503 | 504,
                ..
            } => ResumeMode::Continue,
            Self::BadAnswer { .. } | Self::Mismatch { .. } => ResumeMode::Restart,
            _ => ResumeMode::NeedsUser,
        }
    }
}
