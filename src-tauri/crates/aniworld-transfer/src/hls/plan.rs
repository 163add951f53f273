//! A media playlist to a track: addresses resolved, keys and init pieces put in place, or a refusal in words.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::key::Key;
use super::playlist::{Map, MediaPlaylist, Segment};
use crate::stream::{Container, Piece, PieceKey, PieceRole, StreamRefusal, Track, TrackKind};

/// The most bytes of all addresses of a track together: a long base must not multiply.
const MAX_ADDRESS_BYTES: usize = 64 << 20;

/// Makes a track of a media playlist that was found at `base`, after redirects.
pub fn track(media: &MediaPlaylist, base: &Url, kind: TrackKind) -> Result<Track, StreamRefusal> {
    refuse_what_is_no_file(media)?;
    let mut maker = Maker {
        base,
        addresses: 0,
        pieces: Vec::with_capacity(media.segments.len() + 1),
    };
    let mut written: Option<&Arc<Map>> = None;
    for segment in &media.segments {
        if let Some(map) = &segment.map
            && written.is_none_or(|last| !is_same_map(last, map))
        {
            maker.init(map, segment)?;
            written = Some(map);
        }
        maker.media(segment)?;
    }
    Ok(Track {
        kind,
        language: None,
        name: None,
        container: container(media),
        clock: Duration::ZERO,
        pieces: maker.pieces,
    })
}

fn refuse_what_is_no_file(media: &MediaPlaylist) -> Result<(), StreamRefusal> {
    if let Some(system) = &media.protected_by {
        return Err(StreamRefusal::Drm {
            system: system.clone(),
        });
    }
    if !media.ended {
        return Err(match media.playlist_type.as_deref() {
            Some("VOD") => StreamRefusal::malformed(
                media.lines,
                "the playlist says that it is complete, but its end is missing",
            ),
            _ => StreamRefusal::Live,
        });
    }
    if media.key_frames_only {
        return Err(StreamRefusal::unsupported("a playlist of key frames only"));
    }
    if media.segments.is_empty() {
        return Err(StreamRefusal::Empty {
            what: "its playlist has no segments".into(),
        });
    }
    match media.segments.iter().find(|segment| segment.gap) {
        Some(segment) => Err(StreamRefusal::Gap {
            sequence: segment.sequence,
        }),
        None => Ok(()),
    }
}

/// The same bytes: another tag may say it again.
fn is_same_map(one: &Arc<Map>, other: &Arc<Map>) -> bool {
    Arc::ptr_eq(one, other) || (&one.uri, one.range, &one.key) == (&other.uri, other.range, &other.key)
}

struct Maker<'a> {
    base: &'a Url,
    /// Bytes of all addresses so far.
    addresses: usize,
    pieces: Vec<Piece>,
}

impl Maker<'_> {
    fn init(&mut self, map: &Map, before: &Segment) -> Result<(), StreamRefusal> {
        let key = match &map.key {
            Some(key) => {
                let uri = key.usable()?;
                // RFC 8216 section 4.3.2.4: an init section has no number to make a vector of
                let iv = key.iv.ok_or_else(|| {
                    StreamRefusal::malformed(map.line, "the init section is encrypted, but its key has no IV")
                })?;
                Some(self.key(uri, iv, key)?)
            }
            None => None,
        };
        let url = self.resolve(&map.uri, map.line)?;
        self.pieces.push(Piece {
            url,
            range: map.range,
            role: PieceRole::Init,
            key,
            sequence: before.sequence,
            duration: Duration::ZERO,
            discontinuity: before.discontinuity,
            size_hint: None,
        });
        Ok(())
    }

    fn media(&mut self, segment: &Segment) -> Result<(), StreamRefusal> {
        let key = match &segment.key {
            Some(key) => {
                let uri = key.usable()?;
                let by_number = u128::from(segment.sequence).to_be_bytes();
                Some(self.key(uri, key.iv.unwrap_or(by_number), key)?)
            }
            None => None,
        };
        let url = self.resolve(&segment.uri, segment.line)?;
        self.pieces.push(Piece {
            url,
            range: segment.range,
            role: PieceRole::Media,
            key,
            sequence: segment.sequence,
            duration: segment.duration,
            discontinuity: segment.discontinuity,
            size_hint: None,
        });
        Ok(())
    }

    fn key(&mut self, uri: &str, iv: [u8; 16], key: &Key) -> Result<Arc<PieceKey>, StreamRefusal> {
        let last = self.pieces.last().and_then(|piece| piece.key.clone());
        let url = self.resolve(uri, key.line)?;
        Ok(match last {
            Some(last) if last.url == url && last.iv == iv => last,
            _ => Arc::new(PieceKey { url, iv }),
        })
    }

    fn resolve(&mut self, uri: &str, line: usize) -> Result<Url, StreamRefusal> {
        let url = resolve(self.base, uri, line)?;
        self.addresses += url.as_str().len();
        if self.addresses > MAX_ADDRESS_BYTES {
            return Err(StreamRefusal::too_large(format!(
                "addresses of more than {} MiB",
                MAX_ADDRESS_BYTES >> 20
            )));
        }
        Ok(url)
    }
}

/// An address in a playlist that was found at `base`.
pub(super) fn resolve(base: &Url, uri: &str, line: usize) -> Result<Url, StreamRefusal> {
    let url = base
        .join(uri)
        .map_err(|error| StreamRefusal::malformed(line, format!("its address cannot be read: {error}")))?;
    if !matches!(url.scheme(), "http" | "https" | "data") {
        return Err(StreamRefusal::unsupported(format!(
            "an address that begins with {:.20}:",
            url.scheme()
        )));
    }
    Ok(url)
}

/// What the playlist tells about the container; the bytes decide.
fn container(media: &MediaPlaylist) -> Container {
    let Some(first) = media.segments.first() else {
        return Container::Unknown;
    };
    if first.map.is_some() {
        return Container::Fmp4;
    }
    let path = first.uri.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "ts" | "m2ts" | "mts" | "tsv" | "tsa" => Container::MpegTs,
        "mp4" | "m4s" | "m4v" | "m4a" | "cmfv" | "cmfa" => Container::Fmp4,
        "aac" | "mp3" | "ac3" | "ec3" => Container::PackedAudio,
        "vtt" | "webvtt" => Container::WebVtt,
        _ => Container::Unknown,
    }
}
