//! One transfer from a URL to a file.

mod answer;
mod attempt;
mod body;
mod failure;
mod job;
mod pace;
mod pen;
mod run;
mod verify;

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use url::Url;

use crate::{Control, TransferError, TransferNote};

/// What to fetch and where to put it.
#[derive(Debug, Clone)]
pub struct FetchRequest {
    /// From where; http or https. A user and password in it become Basic auth for that origin only.
    pub url: Url,
    /// The final file. Its folder must exist; bytes go to `.<name>.part` beside it.
    pub target: PathBuf,
    /// The size that must come out, where it is known to the byte.
    pub expected_bytes: Option<u64>,
    /// The checksum that must come out.
    pub sha256: Option<[u8; 32]>,
    /// Bytes per second at most; `None` is unlimited.
    pub limit_bytes_per_s: Option<u64>,
    /// Whether a `text/html` answer is refused (media) or taken (`get` of any file).
    pub refuse_web_page: bool,
    /// When and how often to try again.
    pub retry: RetryPolicy,
}

/// When and how often to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all, at least 1. Progress in between starts the count anew.
    pub tries: u32,
    /// The longest pause of the first retry; it doubles per try, with full jitter.
    pub base: Duration,
    /// The longest pause of any retry, unless `Retry-After` asks for more.
    pub cap: Duration,
    /// No byte for so long ends an attempt.
    pub stall: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 5,
            base: Duration::from_secs(1),
            cap: Duration::from_mins(1),
            stall: Duration::from_secs(30),
        }
    }
}

/// What happens after the last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferPhase {
    /// Sizes and checksums are compared, bytes are flushed to the disk.
    Verifying,
    /// The file takes its final name.
    Moving,
}

/// What a transfer waited for most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// For bytes: the server, or the way to it.
    Server,
    /// For the disk to take them.
    Disk,
    /// For its own speed limit.
    SpeedLimit,
}

/// What a transfer reports while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferEvent {
    /// The head of the answer came.
    Started {
        /// Bytes kept from an earlier run.
        resumed_from: u64,
        /// The size, where known.
        total: Option<u64>,
    },
    /// Bytes in the part file so far; at most every 50 ms, and the last sample always comes while
    /// the server is silent.
    Progress {
        /// So far.
        bytes: u64,
        /// The size, where known.
        total: Option<u64>,
        /// What it waited for most since the last sample; `None` where it did not wait at all.
        limit: Option<Limit>,
    },
    /// A new phase.
    Phase(TransferPhase),
    /// What the server answered, or what was decided because of it.
    Noted(TransferNote),
    /// An attempt failed and the next comes at `until`. `cause` is what failed.
    Waiting {
        /// When the next attempt comes.
        until: SystemTime,
        /// Tries so far that brought nothing new.
        tries: u32,
        /// What failed.
        cause: TransferError,
    },
}

/// Hears of a transfer. Called from the byte loop: must return at once.
pub trait Observer: Send + Sync {
    /// Takes one event.
    fn event(&self, event: TransferEvent);
}

/// A finished transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The size of the file.
    pub bytes: u64,
    /// How much of it an earlier run had left.
    pub resumed_from: u64,
}

/// Fetches one file: resumes what it may, retries what it can, publishes it whole or not at all.
///
/// Bytes go to [`crate::part_path`] with a small journal beside it. Both are kept by a pause, an
/// interruption, a full disk and every failure after which they may help; dropping the future keeps
/// them too, and waits for the disk to do so. `client` should be made by [`crate::client()`].
///
/// On a multi-threaded runtime slow writes hand other tasks over to another worker, which is not
/// possible inside a `LocalSet`.
///
/// A body without a length that simply ends is taken as whole, because
/// HTTP/1.1 has no way to tell (RFC 9112, section 6.3); give `expected_bytes` or `sha256` where known.
pub async fn fetch(
    client: &reqwest::Client,
    request: &FetchRequest,
    control: &Control,
    observer: &dyn Observer,
) -> Result<Fetched, TransferError> {
    run::run(client, request, control, observer).await
}
