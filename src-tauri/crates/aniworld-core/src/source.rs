//! Sources: where episodes are offered. Each kind lives in a module of its own.
//!
//! A source never makes an HTTP client of its own: it is handed a [`Net`], which holds the bounds.

use aniworld_names::EpisodeNumber;
use aniworld_transfer::TlsReason;
use futures_util::future::BoxFuture;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use url::Url;

/// The number of a configured source in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceId(pub i64);

/// The kinds of sources that this version reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A folder listing of a web server.
    Directory,
    /// RSS, Atom or JSON Feed.
    Feed,
}

/// One configured source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    /// Its number.
    pub id: SourceId,
    /// Its kind.
    pub kind: SourceKind,
    /// The name shown for it.
    pub name: String,
    /// Where it is.
    pub url: Url,
}

/// A kind that says it can read a URL, with the name it found there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The kind.
    pub kind: SourceKind,
    /// A name for the source: the feed's title or the folder's name.
    pub name: String,
    /// The URL to store (after permanent redirects and the missing slash of a folder).
    pub url: Url,
}

/// How much of the source a listing shows. "Not in the listing" means gone only when `Complete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Completeness {
    /// Everything there is.
    Complete,
    /// Only the newest items; older ones may exist.
    Window,
    /// Cut at a bound of ours or of the server.
    Truncated {
        /// Entries that the bound allows.
        limit: u64,
    },
    /// Some part could not be read.
    Partial {
        /// Which, as a short English phrase for logs.
        what: String,
    },
}

/// Everything that a source offered in one reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The series, each with its episodes.
    pub series: Vec<OfferedSeries>,
    /// How much of the source this is.
    pub completeness: Completeness,
    /// What was left out and why, as English phrases for logs; at most 100.
    pub warnings: Vec<String>,
}

/// A series as a source names it.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferedSeries {
    /// Stable inside the source.
    pub key: String,
    /// The title as the source gives it, such as `Night Trains` or `Night Trains (1962)`.
    pub title: String,
    /// A description, where there is one; plain text.
    pub description: Option<String>,
    /// Its episodes, in the order of the source.
    pub episodes: Vec<OfferedEpisode>,
}

/// What sort of episode it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EpisodeKind {
    /// An ordinary episode.
    Regular,
    /// Season 0.
    Special,
    /// A trailer.
    Trailer,
    /// Bonus material.
    Bonus,
}

/// One episode as a source offers it.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferedEpisode {
    /// Stable per source: guid, href or item id. Never a position.
    pub key: String,
    /// The season; 0 for specials; `None` where nothing says it.
    pub season: Option<u32>,
    /// The number; `None` where nothing says it ("unsure" rather than wrong).
    pub number: Option<EpisodeNumber>,
    /// Its sort.
    pub kind: EpisodeKind,
    /// Its title.
    pub title: Option<String>,
    /// The day it was published.
    pub air_date: Option<Date>,
    /// Where the bytes are.
    pub asset: Asset,
}

/// How well the size of an asset is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "bytes", rename_all = "lowercase")]
pub enum AssetSize {
    /// To the byte.
    Exact(u64),
    /// Rounded or claimed by somebody else than the server.
    Approx(u64),
    /// Not at all.
    Unknown,
}

/// The bytes of an episode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Where they are.
    pub url: Url,
    /// The media type that the source claims.
    pub mime: Option<String>,
    /// The size.
    pub size: AssetSize,
    /// The extension for the file on disk, lower case without the dot, such as `mkv`.
    pub extension: String,
    /// SHA-256 of the bytes, where the source gives it.
    pub sha256: Option<[u8; 32]>,
}

/// A source that can be read.
pub trait Source: Send + Sync {
    /// Its kind.
    fn kind(&self) -> SourceKind;
    /// Reads everything it offers, inside the bounds of `net`. Dropping the future stops it.
    fn list<'a>(&'a self, net: &'a Net) -> BoxFuture<'a, Result<Listing, SourceError>>;
}

/// Why a source could not be read. The sentences for people are made above, by variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub enum SourceError {
    /// The text is no http or https URL.
    #[error("{0:?} is no web address")]
    InvalidUrl(String),
    /// The name of the host has no address.
    #[error("the host {host} is not known")]
    HostUnknown {
        /// The host asked for.
        host: String,
    },
    /// Nobody answers there, or the line was cut.
    #[error("no connection to {host}: {detail}")]
    Connect {
        /// The host asked for.
        host: String,
        /// What the system said.
        detail: String,
    },
    /// No answer in time.
    #[error("{host} did not answer in time")]
    Timeout {
        /// The host asked for.
        host: String,
    },
    /// The certificate or the handshake failed.
    #[error("no safe connection to {host}: {reason}")]
    Tls {
        /// The host asked for.
        host: String,
        /// What is wrong. What was stored before reasons were told apart has none.
        #[serde(default)]
        reason: TlsReason,
        /// What rustls said.
        detail: String,
    },
    /// The server answered with an error status.
    #[error("{url} answered {status}")]
    HttpStatus {
        /// The status code.
        status: u16,
        /// The URL asked for, without credentials.
        url: String,
    },
    /// An HTML page that is neither a listing nor a feed.
    #[error("{url} is a web page, neither a folder listing nor a feed")]
    NotAListing {
        /// The URL asked for, without credentials.
        url: String,
    },
    /// A feed or listing without a single episode.
    #[error("{url} holds no episodes")]
    Empty {
        /// The URL asked for, without credentials.
        url: String,
    },
    /// The document is broken and nothing in it could be kept.
    #[error("{url} could not be read: {detail}")]
    BadData {
        /// The URL asked for, without credentials.
        url: String,
        /// Where and what.
        detail: String,
    },
    /// The document is larger than the bound.
    #[error("{url} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The URL asked for, without credentials.
        url: String,
        /// The bound.
        limit_bytes: u64,
    },
    /// Redirected too often or to something that is not http(s).
    #[error("{url} redirects without end")]
    Redirects {
        /// The URL asked for, without credentials.
        url: String,
    },
}

/// Warnings that one listing may carry.
const MAX_WARNINGS: usize = 100;

/// The reader of a configured source.
pub fn open(config: &SourceConfig) -> Box<dyn Source> {
    match config.kind {
        SourceKind::Directory => Box::new(directory::Directory::new(config.url.clone())),
        SourceKind::Feed => Box::new(feed::Feed::new(config.url.clone())),
    }
}

mod address;
pub mod demo;
mod directory;
mod document;
mod feed;
mod net;
mod probe;
mod video;

pub use document::Document;
pub use net::Net;
pub use probe::probe;
