//! What a resume knows about a track: which list of pieces it is of, and which pieces are there. Data only.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::stream::{Container, MAX_PIECES, StreamKind};

/// Logs of another form are not read.
const FORM: u32 = 1;
/// The longest log that is read: [`MAX_PIECES`] marks of less than 100 bytes.
pub(super) const MAX_BYTES: u64 = 100 * MAX_PIECES as u64 + 4096;

/// The log of one track.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PieceLog {
    /// The form of this text.
    stream_form: u32,
    /// Of the list of pieces, without anything that changes with a token.
    pub(crate) fingerprint: String,
    /// Which playlist the pieces are of: its kind, and its address without secrets.
    pub(crate) stream: Option<(StreamKind, String)>,
    /// How the bytes are wrapped, as the first piece showed.
    pub(crate) container: Option<Container>,
    /// When the first picture or sound is shown, in ticks of 90 kHz.
    pub(crate) first_timestamp: Option<u64>,
    /// Every piece is there.
    pub(crate) whole: bool,
    /// The pieces from the first on.
    pub(crate) pieces: Vec<PieceMark>,
}

/// A piece that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PieceMark {
    /// How many bytes of it are in the file.
    #[serde(rename = "b")]
    pub(crate) bytes: u64,
    /// Of the bytes as they were written; where none were, of those that came.
    #[serde(rename = "h")]
    pub(crate) hash: Hash,
}

impl PieceLog {
    /// The same playlist, but none of its pieces.
    pub(super) fn anew(&self, fingerprint: &str) -> Self {
        Self {
            stream_form: FORM,
            fingerprint: fingerprint.to_owned(),
            stream: self.stream.clone(),
            ..Self::default()
        }
    }

    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let log: Self = serde_json::from_slice(text).ok()?;
        let total = log
            .pieces
            .iter()
            .try_fold(0_u64, |sum, mark| sum.checked_add(mark.bytes));
        (log.stream_form == FORM && total.is_some()).then_some(log)
    }

    pub(super) fn text(&self) -> Vec<u8> {
        // numbers and short texts always become JSON
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.pieces.iter().map(|mark| mark.bytes).sum()
    }
}
