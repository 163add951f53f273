//! Writes the pieces of a track behind each other, and refuses those that do not belong together.

use super::clock::first_timestamp;
use super::piece::Ready;
use super::{Container, Piece, PieceRole, StreamRefusal};
use crate::TransferError;
use crate::hash::Hash;
use crate::part::PieceFile;

/// The end of a track's part file.
pub(super) struct Writer<'a> {
    pieces: &'a [Piece],
    /// What stands before the fragments.
    init: Vec<u8>,
    init_hash: Option<Hash>,
}

impl<'a> Writer<'a> {
    /// Goes on behind what is there.
    pub(super) fn new(pieces: &'a [Piece], part: &PieceFile) -> Result<Self, TransferError> {
        let mut writer = Self {
            pieces,
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
