//! Playlists as they were written, read and carried forward, but with no address resolved. Data only.

use std::sync::Arc;
use std::time::Duration;

use super::key::Key;
use super::variables::Variables;
use crate::stream::PieceRange;

/// A playlist of either kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Playlist {
    /// Names other playlists.
    Master(MasterPlaylist),
    /// Names segments.
    Media(MediaPlaylist),
}

/// Names the playlists of one presentation in several qualities and languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MasterPlaylist {
    /// In the order of the text, without streams of key frames only.
    pub variants: Vec<Variant>,
    /// In the order of the text.
    pub renditions: Vec<Rendition>,
    /// For the playlists that import them.
    pub variables: Variables,
}

/// One quality (`EXT-X-STREAM-INF`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Where its playlist is.
    pub uri: String,
    /// The line of the address.
    pub line: usize,
    /// Bits per second at most; 0 where it is not written.
    pub bandwidth: u64,
    /// Bits per second on average.
    pub average_bandwidth: Option<u64>,
    /// Width and height in pixels.
    pub resolution: Option<(u32, u32)>,
    /// Its codecs, in lower case.
    pub codecs: Vec<String>,
    /// The group of its audio renditions.
    pub audio: Option<String>,
    /// The group of its subtitles.
    pub subtitles: Option<String>,
}

/// What a rendition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenditionKind {
    /// Sound.
    Audio,
    /// Text with times.
    Subtitles,
    /// Another picture, or captions inside the picture: never fetched by themselves.
    Other,
}

/// One language or version of a part (`EXT-X-MEDIA`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// What it holds.
    pub kind: RenditionKind,
    /// Its group; a variant names the group that belongs to it.
    pub group: String,
    /// For people.
    pub name: String,
    /// RFC 5646, mostly.
    pub language: Option<String>,
    /// Where its playlist is; `None`: inside the variant.
    pub uri: Option<String>,
    /// The one to play unless the user says otherwise.
    pub default: bool,
    /// May be played where the language fits.
    pub autoselect: bool,
    /// Subtitles for what is spoken in a foreign language only.
    pub forced: bool,
    /// The line of the tag.
    pub line: usize,
}

/// Names the segments of one track.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaPlaylist {
    /// Whether the text says that nothing follows (`EXT-X-ENDLIST`).
    pub ended: bool,
    /// `VOD`, `EVENT` or nothing, as it is written.
    pub playlist_type: Option<String>,
    /// Key frames only.
    pub key_frames_only: bool,
    /// A rights system that covers all of it.
    pub protected_by: Option<String>,
    /// Lines in it, blank ones too.
    pub lines: usize,
    /// In the order of the text.
    pub segments: Vec<Segment>,
}

/// One segment with all that holds for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Where it is.
    pub uri: String,
    /// The line of the address.
    pub line: usize,
    /// Its media sequence number.
    pub sequence: u64,
    /// How long it plays; zero where it is not written or cannot be read.
    pub duration: Duration,
    /// Which part of the file it is.
    pub range: Option<PieceRange>,
    /// What must stand before it.
    pub map: Option<Arc<Map>>,
    /// How it is encrypted.
    pub key: Option<Arc<Key>>,
    /// Whether the server says that it is missing.
    pub gap: bool,
    /// Whether times or encoding begin anew.
    pub discontinuity: bool,
}

/// An initialization section (`EXT-X-MAP`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// Where it is.
    pub uri: String,
    /// Which part of the file it is.
    pub range: Option<PieceRange>,
    /// How it is encrypted: the key that held where the tag stands.
    pub key: Option<Arc<Key>>,
    /// The line of the tag.
    pub line: usize,
}
