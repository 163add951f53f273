//! The two events that `SeriesApp` fires: `scan_status` and `download_status`.
//!
//! One closed enum, handed to a small sink that core owns. Bytes, directories and instants only:
//! percent, speed and time left are computed in one place above, and so is every display text.

#[cfg(any(test, feature = "test-support"))]
mod recording;

#[cfg(any(test, feature = "test-support"))]
pub use self::recording::RecordingSink;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aniworld_names::EpisodeNumber;
use aniworld_transfer::{Limit, TransferNote};

use crate::app::DownloadFailure;

/// Who is being downloaded: enough to name the operation and nothing of how it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpisodeLabel {
    /// The folder of the series below the library root, such as `Night Trains`.
    pub serie_folder: String,
    /// The title of the series.
    pub series: String,
    /// The season; 0 for specials.
    pub season: u32,
    /// The number in the season.
    pub number: EpisodeNumber,
    /// The title of the episode, where known.
    pub title: Option<String>,
    /// 1 for the first version of an episode, 2 for the second, and so on.
    pub version: u32,
}

/// What `SeriesApp` reports.
#[derive(Debug, Clone)]
pub enum SeriesEvent {
    /// `scan_status`.
    Scan(ScanStatus),
    /// `download_status`.
    Download {
        /// Which episode.
        label: Arc<EpisodeLabel>,
        /// What happened to it.
        status: DownloadStatus,
    },
}

/// What a running scan is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanPhase {
    /// Asking the sources what they offer.
    Sources,
    /// Walking the library folder.
    Walking,
    /// Comparing both and storing the result.
    Comparing,
}

/// The states of a library scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanStatus {
    /// The scan begins.
    Started,
    /// Some more directories were read. `total` is `None` while the tree is not known.
    Progress {
        /// What it does now.
        phase: ScanPhase,
        /// Directories done so far (sources done, in the phase `Sources`).
        done: u64,
        /// All of them, where known.
        total: Option<u64>,
        /// Episode files found so far.
        files: u64,
    },
    /// The scan ended well.
    Completed(ScanTotals),
    /// The scan could not be done. What is on disk stays in the store as it was; sources that were
    /// read before the failure are up to date.
    Failed(crate::app::ScanFailure),
    /// The user stopped it.
    Cancelled,
}

/// The figures of a finished scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanTotals {
    /// Series known after the scan.
    pub series: u64,
    /// Episodes on disk.
    pub episodes: u64,
    /// Episodes that a source offers and the library lacks.
    pub missing: u64,
    /// Files looked at.
    pub files: u64,
    /// Directories read.
    pub dirs: u64,
    /// Sources that could not be read in this run.
    pub failed_sources: u64,
}

/// Why a download waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitReason {
    /// An attempt failed; the next one comes at `until`.
    Retry,
    /// The server asked for patience (`Retry-After`).
    ServerBusy,
}

/// What happens to a download after its last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadPhase {
    /// Bytes arrive.
    Downloading,
    /// Sizes and checksums are compared.
    Verifying,
    /// Something else works on the file, such as a remux.
    Processing,
    /// The file takes its final name.
    Moving,
}

/// The states of one download.
#[derive(Debug, Clone)]
pub enum DownloadStatus {
    /// The download begins. `resumed_from` is the number of bytes that an earlier run left.
    Started {
        /// Bytes already there.
        resumed_from: u64,
        /// The size, where the server or the source said it.
        total: Option<u64>,
    },
    /// Bytes in the part file so far.
    Progress {
        /// Bytes so far.
        bytes: u64,
        /// The size, where known.
        total: Option<u64>,
        /// What it waited for most since the last sample, where that can be said.
        limit: Option<Limit>,
    },
    /// A new phase.
    Phase(DownloadPhase),
    /// What the server answered, or what was decided because of it. Changes no state, and may come before
    /// `Started`.
    Noted(TransferNote),
    /// It waits.
    Waiting {
        /// For what.
        reason: WaitReason,
        /// Until when.
        until: SystemTime,
        /// Tries so far that brought nothing new.
        tries: u32,
        /// The failure that led here.
        cause: DownloadFailure,
    },
    /// The user paused it; the part file stays.
    Paused,
    /// It goes on after a pause.
    Resumed,
    /// The file is under its final name.
    Completed {
        /// Its size in bytes.
        bytes: u64,
        /// How long it took, without pauses.
        took: Duration,
        /// The episode was there already, and nothing was fetched.
        skipped_existing: bool,
    },
    /// It ended without a file.
    Failed(DownloadFailure),
    /// The user gave it up; no trace is left.
    Cancelled,
}

/// Receives the events of a [`crate::SeriesApp`]. Must return at once: it is called from the byte loop.
pub trait SeriesEventSink: Send + Sync {
    /// Takes one event.
    fn emit(&self, event: SeriesEvent);
}
