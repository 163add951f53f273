//! Text to playlist: decides which kind it is and hands it to its reader.

use url::Url;

use super::master::MasterReader;
use super::media::MediaReader;
use super::playlist::Playlist;
use super::text::{Content, Line, decoded, lines};
use super::variables::Variables;
use crate::stream::StreamRefusal;

/// Reads a playlist. `url` is where it was found, after redirects; `imports` are the variables of the playlist
/// that named it. Takes time and memory in proportion to the text; never panics.
pub fn parse(bytes: &[u8], url: &Url, imports: &Variables) -> Result<Playlist, StreamRefusal> {
    let text = decoded(bytes)?;
    let lines = lines(&text)?;
    if is_master(&lines)? {
        let mut reader = MasterReader::default();
        for line in &lines {
            reader.take(line, url, imports)?;
        }
        Ok(Playlist::Master(reader.finish()))
    } else {
        let mut reader = MediaReader::default();
        for line in &lines {
            reader.take(line, url, imports)?;
        }
        reader.finish(text.split('\n').count()).map(Playlist::Media)
    }
}

/// A text without the tags of either kind is a list of segments, as it was before there were tags.
fn is_master(lines: &[Line<'_>]) -> Result<bool, StreamRefusal> {
    let (mut master, mut media) = (false, false);
    for line in lines {
        let Content::Tag { name, .. } = line.content else {
            continue;
        };
        match name {
            "#EXT-X-STREAM-INF" | "#EXT-X-MEDIA" | "#EXT-X-I-FRAME-STREAM-INF" => master = true,
            "#EXTINF" => media = true,
            _ => {}
        }
        if master && media {
            return Err(StreamRefusal::malformed(
                line.number,
                "it names segments and other playlists at once",
            ));
        }
    }
    Ok(master)
}
