//! What a stream is made of once its playlist is read: tracks, and the pieces of each in order.
//!
//! HLS and DASH both end here, so that one pipeline fetches both. Must not know either format, nor how
//! bytes come or where they go.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

mod body;
mod clock;
mod crew;
mod decrypt;
mod finish;
mod inspect;
mod job;
mod keys;
mod leftovers;
mod line;
mod one_file;
mod piece;
mod pieces;
mod programs;
mod refusal;
mod run;
mod same;
mod texts;
mod versions;
mod webvtt;
mod window;
mod writer;

pub(crate) use self::job::{StreamJob, StreamKind};
pub(crate) use self::leftovers::discard_tracks;
pub use self::refusal::StreamRefusal;
pub(crate) use self::run::{fetch_stream, known_stream};

/// The most tracks that one stream may have here: one picture, and sound and subtitles beside it.
pub const MAX_TRACKS: usize = 32;
/// The most pieces that one track may have: 55 hours of pieces of two seconds.
pub const MAX_PIECES: usize = 100_000;
/// The most bytes that one piece of many may have; a piece is held in memory whole.
pub const MAX_PIECE_BYTES: u64 = 64 << 20;

/// What is to be fetched so that a stream becomes a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamPlan {
    /// At least one and at most [`MAX_TRACKS`]. The picture stands first, where there is one.
    pub tracks: Vec<Track>,
}

/// One run of bytes that plays by itself: all its pieces one behind the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// What it holds. A stream with picture and sound in one is one [`TrackKind::Video`].
    pub kind: TrackKind,
    /// Its language as the playlist writes it (RFC 5646 mostly), where it says one.
    pub language: Option<String>,
    /// Its name for people, where it has one.
    pub name: Option<String>,
    /// How its bytes are wrapped, as far as the playlist tells. The first bytes decide.
    pub container: Container,
    /// What its own clock shows where the stream begins; zero where all its tracks have one clock.
    pub clock: Duration,
    /// At least one and at most [`MAX_PIECES`], in the order of the file.
    ///
    /// One single piece without a range and without a key is an ordinary file, which may be larger
    /// than [`MAX_PIECE_BYTES`] and is fetched as one.
    pub pieces: Vec<Piece>,
}

/// What a track holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackKind {
    /// The picture, and perhaps the sound too.
    Video,
    /// Sound alone.
    Audio,
    /// Text with times.
    Subtitles,
}

/// How the bytes of a track are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Container {
    /// Fragmented MP4: an init piece, then fragments.
    Fmp4,
    /// MPEG transport stream.
    MpegTs,
    /// Bare AAC, MP3 or AC-3 frames, each piece with an ID3 tag in front.
    PackedAudio,
    /// Subtitles as text.
    WebVtt,
    /// The playlist does not tell.
    Unknown,
}

/// One request: a file, or a range of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// From where; http, https, or `data:` for small init pieces.
    pub url: Url,
    /// Which part of it; `None` is all of it.
    pub range: Option<PieceRange>,
    /// What it is for.
    pub role: PieceRole,
    /// How it is encrypted; `None` is not at all.
    pub key: Option<Arc<PieceKey>>,
    /// Its number: the media sequence number, or the one of the segment that an init piece stands
    /// before. A playlist that is read again is matched by it.
    pub sequence: u64,
    /// How long it plays; zero for an init piece.
    pub duration: Duration,
    /// Whether times or encoding begin anew here.
    pub discontinuity: bool,
    /// How many bytes it has, where the playlist says so without a range. A hint for progress only.
    pub size_hint: Option<u64>,
}

impl Piece {
    /// How many bytes it will have, as far as known.
    pub fn expected_bytes(&self) -> Option<u64> {
        self.range.map(|range| range.length).or(self.size_hint)
    }
}

/// A part of a file in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PieceRange {
    /// The first byte.
    pub offset: u64,
    /// How many; at least 1. `offset + length` never overflows.
    pub length: u64,
}

/// What a piece is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceRole {
    /// Says how what follows is encoded; no pictures of its own.
    Init,
    /// Pictures, sound or text.
    Media,
}

/// AES-128-CBC with PKCS#7 over one whole piece (RFC 8216 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceKey {
    /// Where the 16 bytes of the key are; http, https or `data:`.
    pub url: Url,
    /// The initialization vector of this piece.
    pub iv: [u8; 16],
}
