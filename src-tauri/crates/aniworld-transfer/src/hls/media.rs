//! Reads playlists that name segments (RFC 8216 sections 4.3.2 and 4.3.3).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::attributes::Attributes;
use super::key::KeyRing;
use super::playlist::{Map, MediaPlaylist, Segment};
use super::text::{Content, Line};
use super::variables::Variables;
use crate::stream::{MAX_PIECES, PieceRange, StreamRefusal};

#[derive(Debug, Default)]
pub(super) struct MediaReader {
    playlist: MediaPlaylist,
    variables: Variables,
    keys: KeyRing,
    map: Option<Arc<Map>>,
    /// How long segments are that do not say it themselves.
    target_duration: Duration,
    first_sequence: u64,
    /// The line of a media sequence number that cannot be read or came too late.
    bad_sequence: Option<usize>,
    next: Next,
    /// Where the last sub-range of each file ended.
    ends: HashMap<String, u64>,
}

/// What tags say about the segment whose address follows.
#[derive(Debug, Default)]
struct Next {
    duration: Option<Duration>,
    range: Option<ByteRange>,
    gap: bool,
    discontinuity: bool,
}

/// `length[@offset]`
#[derive(Debug, Clone, Copy)]
struct ByteRange {
    length: u64,
    offset: Option<u64>,
}

impl MediaReader {
    pub(super) fn take(
        &mut self,
        line: &Line<'_>,
        url: &Url,
        imports: &Variables,
    ) -> Result<(), StreamRefusal> {
        let (name, value) = match line.content {
            Content::Uri(uri) => return self.segment(uri, line.number),
            Content::Tag { name, value } => (name, value),
        };
        let attributes = || Attributes::parse(line.number, value);
        match name {
            "#EXT-X-TARGETDURATION" => self.target_duration = seconds(value).unwrap_or_default(),
            "#EXTINF" => self.next.duration = seconds(value),
            "#EXT-X-BYTERANGE" => self.next.range = Some(byte_range(value, line.number)?),
            "#EXT-X-GAP" => self.next.gap = true,
            "#EXT-X-DISCONTINUITY" => self.next.discontinuity = true,
            "#EXT-X-KEY" => self.keys.take(&attributes(), &mut self.variables)?,
            "#EXT-X-MAP" => self.map(&attributes())?,
            "#EXT-X-DEFINE" => self.variables.define(&attributes(), url, imports)?,
            "#EXT-X-MEDIA-SEQUENCE" => self.sequence(value, line.number),
            "#EXT-X-ENDLIST" => self.playlist.ended = true,
            "#EXT-X-PLAYLIST-TYPE" => self.playlist.playlist_type = Some(format!("{value:.80}")),
            "#EXT-X-I-FRAMES-ONLY" => self.playlist.key_frames_only = true,
            "#EXT-X-FAXS-CM" => self.playlist.protected_by = Some("Adobe Access".into()),
            "#EXT-X-SKIP" => {
                // only an answer to `_HLS_skip`, which is never asked: these segments would be lost
                return Err(StreamRefusal::malformed(line.number, "it leaves out segments"));
            }
            _ => {}
        }
        Ok(())
    }

    /// `lines`: how many the text has.
    pub(super) fn finish(mut self, lines: usize) -> Result<MediaPlaylist, StreamRefusal> {
        let by_number = |segment: &Segment| segment.key.as_ref().is_some_and(|key| key.iv.is_none());
        if let Some(line) = self.bad_sequence
            && self.playlist.segments.iter().any(by_number)
        {
            return Err(StreamRefusal::malformed(
                line,
                "the media sequence number, which the encryption needs, cannot be read",
            ));
        }
        self.playlist.lines = lines;
        Ok(self.playlist)
    }

    fn segment(&mut self, uri: &str, line: usize) -> Result<(), StreamRefusal> {
        if self.playlist.segments.len() >= MAX_PIECES {
            return Err(StreamRefusal::too_large(format!("more than {MAX_PIECES} pieces")));
        }
        let uri = self.variables.expand(uri, line)?;
        let next = std::mem::take(&mut self.next);
        let range = next
            .range
            .map(|range| self.placed(&uri, range, line))
            .transpose()?;
        let index = self.playlist.segments.len() as u64;
        self.playlist.segments.push(Segment {
            uri,
            line,
            sequence: self.first_sequence.saturating_add(index),
            duration: next.duration.unwrap_or(self.target_duration),
            range,
            map: self.map.clone(),
            key: self.keys.current(),
            gap: next.gap,
            discontinuity: next.discontinuity,
        });
        Ok(())
    }

    /// A sub-range without an offset begins where the last one of the same file ended. Where another file
    /// stands before it, players disagree and RFC 8216 section 4.3.2.2 says to fail.
    fn placed(&mut self, uri: &str, range: ByteRange, line: usize) -> Result<PieceRange, StreamRefusal> {
        let offset = match (range.offset, self.ends.get(uri)) {
            (Some(offset), _) => offset,
            (None, Some(end)) => *end,
            (None, None) if self.ends.is_empty() => 0,
            (None, None) => {
                return Err(StreamRefusal::malformed(
                    line,
                    "BYTERANGE has no offset, and the pieces before it are of other files",
                ));
            }
        };
        let range = whole_range(range.length, offset, line)?;
        self.ends.insert(uri.to_owned(), range.offset + range.length);
        Ok(range)
    }

    fn map(&mut self, attributes: &Attributes<'_>) -> Result<(), StreamRefusal> {
        let line = attributes.line();
        let range = match attributes.raw("BYTERANGE") {
            Some(text) => {
                let range = byte_range(text, line)?;
                Some(whole_range(range.length, range.offset.unwrap_or(0), line)?)
            }
            None => None,
        };
        self.map = Some(Arc::new(Map {
            uri: attributes.needed("URI", &mut self.variables)?,
            range,
            key: self.keys.current(),
            line,
        }));
        Ok(())
    }

    /// It must stand before the first segment. One that cannot be read matters only where keys count on it.
    fn sequence(&mut self, value: &str, line: usize) {
        match value.trim().parse() {
            Ok(number) if self.playlist.segments.is_empty() => {
                self.first_sequence = number;
                self.bad_sequence = None;
            }
            Ok(number) if number == self.first_sequence => {}
            _ => self.bad_sequence = Some(line),
        }
    }
}

/// The number in front of the first comma; the rest is a title, which may hold commas.
fn seconds(value: &str) -> Option<Duration> {
    let number = value.split(',').next().unwrap_or_default().trim();
    let seconds = number.parse::<f64>().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn byte_range(value: &str, line: usize) -> Result<ByteRange, StreamRefusal> {
    let (length, offset) = match value.split_once('@') {
        Some((length, offset)) => (length, Some(offset.trim().parse())),
        None => (value, None),
    };
    let bad = || StreamRefusal::malformed(line, "BYTERANGE is no length@offset");
    Ok(ByteRange {
        length: length.trim().parse().map_err(|_| bad())?,
        offset: offset.transpose().map_err(|_| bad())?,
    })
}

fn whole_range(length: u64, offset: u64, line: usize) -> Result<PieceRange, StreamRefusal> {
    if length == 0 || offset.checked_add(length).is_none() {
        return Err(StreamRefusal::malformed(
            line,
            "BYTERANGE is empty or beyond any file",
        ));
    }
    Ok(PieceRange { offset, length })
}
