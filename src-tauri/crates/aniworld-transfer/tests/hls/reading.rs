//! Short ways to a playlist, for the tests beside this file.

use aniworld_transfer::hls::{MasterPlaylist, MediaPlaylist, Playlist, Variables, parse, track};
use aniworld_transfer::stream::{StreamRefusal, Track, TrackKind};
use url::Url;

pub(crate) const BASE: &str = "https://host.example/show/list.m3u8?token=a%20b&v=2";

pub(crate) fn base() -> Url {
    Url::parse(BASE).unwrap()
}

pub(crate) fn read(text: &str) -> Result<Playlist, StreamRefusal> {
    parse(text.as_bytes(), &base(), &Variables::default())
}

pub(crate) fn media(text: &str) -> MediaPlaylist {
    match read(text).unwrap() {
        Playlist::Media(media) => media,
        Playlist::Master(_) => panic!("a master playlist: {text}"),
    }
}

pub(crate) fn master(text: &str) -> MasterPlaylist {
    match read(text).unwrap() {
        Playlist::Master(master) => master,
        Playlist::Media(_) => panic!("a media playlist: {text}"),
    }
}

/// Lines of a media playlist with its head and its end around them.
pub(crate) fn ended(lines: &str) -> String {
    format!("#EXTM3U\n#EXT-X-TARGETDURATION:10\n{lines}\n#EXT-X-ENDLIST\n")
}

pub(crate) fn planned(lines: &str) -> Result<Track, StreamRefusal> {
    match read(&ended(lines))? {
        Playlist::Media(media) => track(&media, &base(), TrackKind::Video),
        Playlist::Master(_) => panic!("a master playlist: {lines}"),
    }
}

/// The line that an error names.
pub(crate) fn bad_line(outcome: Result<Playlist, StreamRefusal>) -> usize {
    match outcome {
        Err(StreamRefusal::Malformed { line, .. }) => line,
        other => panic!("{other:?}"),
    }
}
