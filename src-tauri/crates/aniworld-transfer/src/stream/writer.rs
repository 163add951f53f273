//! Writes the pieces of a track behind each other, and refuses those that do not belong together.

use std::time::Duration;

use super::clock::{TICKS_PER_S, first_timestamp, ticks_behind};
use super::piece::Ready;
use super::programs::{Streams, streams};
use super::{Container, Piece, PieceRole, StreamRefusal};
use crate::TransferError;
use crate::hash::Hash;
use crate::part::PieceFile;

/// How far the clock may be behind a break from where it should be: playlists may round to seconds.
const MAX_JUMP: Duration = Duration::from_secs(1);
/// So much of a piece is read back: what tells its time and its streams stands in front.
const LOOK_BYTES: u64 = 1 << 20;

/// The end of a track's part file.
pub(super) struct Writer<'a> {
    pieces: &'a [Piece],
    /// ffmpeg will read the file, and takes the streams that it sees first.
    joined: bool,
    /// The streams of the first piece, once they were asked for; empty where it does not tell.
    streams: Option<Streams>,
    /// What stands before the fragments.
    init: Vec<u8>,
    init_hash: Option<Hash>,
}

impl<'a> Writer<'a> {
    /// Goes on behind what is there.
    pub(super) fn new(pieces: &'a [Piece], part: &PieceFile, joined: bool) -> Result<Self, TransferError> {
        let mut writer = Self {
            pieces,
            joined,
            streams: None,
            init: Vec::new(),
            init_hash: None,
        };
        if let (Some(first), Some(mark)) = (pieces.first(), part.log().pieces.first())
            && first.role == PieceRole::Init
        {
            writer.init = part.read(0, mark.bytes)?;
            writer.init_hash = Some(mark.hash);
        }
        Ok(writer)
    }

    /// Writes the next piece.
    pub(super) fn write(&mut self, ready: &Ready, part: &mut PieceFile) -> Result<(), TransferError> {
        let piece = &self.pieces[part.count()];
        let hash = ready.hash();
        match piece.role {
            PieceRole::Init => self.write_init(piece, ready, hash, part),
            PieceRole::Media => {
                refuse_mixed(piece, ready.container, part)?;
                if piece.discontinuity {
                    self.refuse_break(piece, ready, part)?;
                }
                if part.log().container.is_none() {
                    let first = ready
                        .tagged
                        .or_else(|| first_timestamp(&ready.bytes, ready.container, &self.init));
                    part.note(|log| {
                        log.container = Some(ready.container);
                        log.first_timestamp = first;
                    });
                }
                part.append(&ready.bytes, hash)
            }
        }
    }

    /// A playlist may begin its clock and its streams anew at any break. A file has one of each.
    fn refuse_break(&mut self, piece: &Piece, ready: &Ready, part: &PieceFile) -> Result<(), TransferError> {
        let sequence = piece.sequence;
        match ready.container {
            Container::Fmp4 if self.jumps(ready, part)? => {
                let what = format!("a clock that starts anew on the way (piece {sequence})");
                Err(StreamRefusal::unsupported(what).into())
            }
            Container::MpegTs if self.joined && self.has_other_streams(ready, part)? => {
                Err(StreamRefusal::InitChanges { sequence }.into())
            }
            _ => Ok(()),
        }
    }

    /// Whether these fragments begin at another time than where the last ones end.
    fn jumps(&self, ready: &Ready, part: &PieceFile) -> Result<bool, TransferError> {
        let mut at = part.bytes();
        let written = part.log().pieces.iter().zip(self.pieces).rev();
        for (mark, before) in written {
            at -= mark.bytes;
            if before.role == PieceRole::Init {
                continue;
            }
            let last = part.read(at, mark.bytes.min(LOOK_BYTES))?;
            let time = |bytes: &[u8]| first_timestamp(bytes, Container::Fmp4, &self.init);
            let (Some(last), Some(next)) = (time(&last), time(&ready.bytes)) else {
                return Ok(false);
            };
            let behind = ticks_behind(next, last);
            let behind = Duration::from_secs(behind.max(0).unsigned_abs()) / TICKS_PER_S;
            return Ok(behind.is_zero() || behind.abs_diff(before.duration) > MAX_JUMP);
        }
        Ok(false)
    }

    /// Whether the tables of this piece name other streams than those of the first.
    fn has_other_streams(&mut self, ready: &Ready, part: &PieceFile) -> Result<bool, TransferError> {
        if self.streams.is_none() {
            let length = part.log().pieces.first().map_or(0, |mark| mark.bytes);
            let bytes = part.read(0, length.min(LOOK_BYTES))?;
            self.streams = Some(streams(&bytes).unwrap_or_default());
        }
        let first = self.streams.as_deref().unwrap_or_default();
        Ok(!first.is_empty() && streams(&ready.bytes).is_some_and(|found| found != *first))
    }

    /// The same init piece again changes nothing and is left out; another one is another encoding.
    fn write_init(
        &mut self,
        piece: &Piece,
        ready: &Ready,
        hash: Hash,
        part: &mut PieceFile,
    ) -> Result<(), TransferError> {
        match self.init_hash {
            Some(first) if first == hash => part.append(&[], hash),
            Some(_) => Err(StreamRefusal::InitChanges {
                sequence: piece.sequence,
            }
            .into()),
            // fragments without an init piece stand in front of it
            None if part.count() > 0 => Err(StreamRefusal::InitChanges {
                sequence: piece.sequence,
            }
            .into()),
            None => {
                self.init.clone_from(&ready.bytes);
                self.init_hash = Some(hash);
                part.append(&ready.bytes, hash)
            }
        }
    }
}

fn refuse_mixed(piece: &Piece, found: Container, part: &PieceFile) -> Result<(), TransferError> {
    let known = part.log().container;
    if known.is_none_or(|known| known == found) {
        return Ok(());
    }
    if piece.discontinuity {
        return Err(StreamRefusal::InitChanges {
            sequence: piece.sequence,
        }
        .into());
    }
    Err(TransferError::BadAnswer {
        detail: format!(
            "piece {} of the stream is of another kind than the others",
            piece.sequence
        ),
    })
}
