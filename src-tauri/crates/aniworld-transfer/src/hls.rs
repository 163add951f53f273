//! HLS with an end (RFC 8216 and its second edition, draft-pantos-hls-rfc8216bis): text to playlist, playlist
//! to [`crate::stream::Track`].
//!
//! Lenient with what does not change the bytes, strict with what does; never guesses an initialization
//! vector or an offset. Must not know how bytes come or where they go.

mod attributes;
mod choose;
mod detect;
mod key;
mod load;
mod master;
mod media;
mod parse;
mod plan;
mod playlist;
mod text;
mod variables;

pub use self::choose::{Chosen, Languages, StreamChoice, choose};
pub use self::detect::is_hls;
pub use self::key::{Key, KeyMethod};
pub(crate) use self::load::load;
pub use self::parse::parse;
pub use self::plan::track;
pub use self::playlist::{
    Map, MasterPlaylist, MediaPlaylist, Playlist, Rendition, RenditionKind, Segment, Variant,
};
pub use self::variables::Variables;

/// The longest playlist in bytes: 10,000 pieces with signed addresses of 1 KiB fit.
pub const MAX_PLAYLIST_BYTES: usize = 16 << 20;
/// The longest line in bytes, before and after variables are put in.
pub const MAX_LINE_BYTES: usize = 64 << 10;
/// The most bytes that variables may add to one playlist.
pub const MAX_EXPANSION_BYTES: usize = 32 << 20;
/// The most variables, variants and renditions, each.
pub const MAX_ENTRIES: usize = 1_000;
