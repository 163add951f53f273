//! `SeriesApp`: does scans and downloads, and fires `scan_status` and `download_status`.

use std::io;
use std::path::PathBuf;

use aniworld_transfer::TransferError;

/// Why a scan could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScanFailure {
    /// No library folder was chosen yet.
    #[error("no library folder is chosen")]
    NoLibrary,
    /// The folder is missing, or empty though it held files: unplugged or not mounted, most likely.
    #[error("the library folder {path} is not there, or empty though it held {known_files} episodes")]
    Unreachable {
        /// The folder.
        path: PathBuf,
        /// Episodes known in it.
        known_files: u64,
    },
    /// The folder exists and cannot be read.
    #[error("the library folder {path} cannot be read: {detail}")]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// The store failed.
    #[error("{0}")]
    Store(String),
    /// The owner stopped it; fired as [`crate::events::ScanStatus::Cancelled`], never as `Failed`.
    #[error("cancelled")]
    Cancelled,
}

/// Why a download ended without a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DownloadFailure {
    /// The transfer failed.
    #[error(transparent)]
    Transfer(#[from] TransferError),
    /// The library folder is missing.
    #[error("the library folder {path} is not there")]
    LibraryMissing {
        /// The folder.
        path: PathBuf,
    },
    /// The folder for the file could not be made.
    #[error("the folder {path} cannot be made: {kind}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The kind of failure.
        kind: io::ErrorKind,
    },
    /// The store failed; the file is in place.
    #[error("{0}")]
    Store(String),
}

/// Scans and downloads.
#[derive(Debug)]
pub struct SeriesApp {}

pub use aniworld_transfer::{Control, RetryPolicy, Signal};
