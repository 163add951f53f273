//! What to fetch, where to put it, and how hard to try. Data only.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use crate::Checksum;
use crate::hls::StreamChoice;

/// The most connections that one file may have.
pub const MAX_CONNECTIONS: u8 = 16;
/// The most connections that one file has unless asked otherwise.
pub const DEFAULT_CONNECTIONS: u8 = 8;

/// What to fetch and where to put it.
#[derive(Debug, Clone)]
pub struct FetchRequest {
    /// From where; http or https. A user and password in it become Basic auth for that origin only.
    pub url: Url,
    /// The final file. Its folder must exist; bytes go to `.<name>.part` beside it.
    pub target: PathBuf,
    /// The size that must come out, where it is known to the byte.
    pub expected_bytes: Option<u64>,
    /// The checksums that must come out, every one of them.
    pub checksums: Vec<Checksum>,
    /// Bytes per second at most for this file; `None` is unlimited. [`crate::Control::limit`] changes it on the way.
    pub limit_bytes_per_s: Option<u64>,
    /// What may come.
    pub expects: Expects,
    /// How many connections it may have.
    pub connections: Connections,
    /// More headers, sent to the origin of `url` only. `Range`, `If-Range`, `Host` and
    /// `Accept-Encoding` are the engine's own and left out.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Whether hashes of its blocks are kept beside the file, for later repairs.
    pub manifest: bool,
    /// What is wanted of a stream that is offered in several ways.
    pub choice: StreamChoice,
    /// When and how often to try again.
    pub retry: RetryPolicy,
}

impl FetchRequest {
    /// Any file, with as many connections as help, and no limit.
    pub fn new(url: Url, target: PathBuf) -> Self {
        Self {
            url,
            target,
            expected_bytes: None,
            checksums: Vec::new(),
            limit_bytes_per_s: None,
            expects: Expects::AnyFile,
            connections: Connections::default(),
            headers: Vec::new(),
            manifest: false,
            choice: StreamChoice::default(),
            retry: RetryPolicy::default(),
        }
    }
}

/// What may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// Whatever the server sends.
    AnyFile,
    /// Video or sound: a web page is refused, and a container whose end or parts are missing too.
    Media,
}

/// How many connections one file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connections {
    /// Starts with one and doubles up to so many, as long as that helps.
    UpTo(u8),
    /// So many at once, where the server hands out parts and the file is worth it.
    Exactly(u8),
}

impl Default for Connections {
    fn default() -> Self {
        Self::UpTo(DEFAULT_CONNECTIONS)
    }
}

impl Connections {
    /// The most that are used, from 1 to [`MAX_CONNECTIONS`].
    pub fn most(self) -> u8 {
        match self {
            Self::UpTo(most) | Self::Exactly(most) => most.clamp(1, MAX_CONNECTIONS),
        }
    }
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
    /// No byte for so long ends an attempt, and so does a crawl: less than 1 KiB a second over
    /// this time.
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
