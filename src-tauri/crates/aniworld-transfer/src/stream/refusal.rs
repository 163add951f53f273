//! Why a stream is not fetched, in words. Knows no format and no network.

/// What makes a stream one that cannot become one right file here. None of these go away by trying again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamRefusal {
    /// It still grows: a file of it would be an episode without its end.
    #[error("this is a live stream; only streams with an end can become a file")]
    Live,
    /// A rights system holds the keys.
    #[error("this stream is protected by {system}; protected streams are not fetched")]
    Drm {
        /// Its name, or what the playlist calls it.
        system: String,
    },
    /// Single samples are encrypted, which players of protected streams do.
    #[error("this stream is encrypted sample by sample (SAMPLE-AES), which is not supported")]
    SampleAes,
    /// Pieces after a break are encoded in another way, so no single file holds both.
    #[error(
        "this stream changes its encoding on the way (piece {sequence}); no single file could hold both parts"
    )]
    InitChanges {
        /// The number of the first piece of the new encoding.
        sequence: u64,
    },
    /// The playlist itself says that a piece is missing.
    #[error("piece {sequence} of this stream is marked as missing by its server")]
    Gap {
        /// The number of the piece.
        sequence: u64,
    },
    /// Something that is not built.
    #[error("this stream needs something that is not supported: {what}")]
    Unsupported {
        /// What.
        what: String,
    },
    /// Larger than any honest stream.
    #[error("this stream is larger than what is accepted: {what}")]
    TooLarge {
        /// What, and the bound.
        what: String,
    },
    /// It has nothing in it, or nothing of what was asked for.
    #[error("this stream holds nothing to fetch: {what}")]
    Empty {
        /// What is missing.
        what: String,
    },
    /// The playlist contradicts itself or the format.
    #[error("line {line} of the playlist cannot be read: {what}")]
    Malformed {
        /// The line, from 1; 0 where the text is not made of lines that matter.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

impl StreamRefusal {
    /// A line that cannot be read.
    pub fn malformed(line: usize, what: impl Into<String>) -> Self {
        Self::Malformed {
            line,
            what: what.into(),
        }
    }

    /// Something that is not built.
    pub fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }

    /// Something beyond a bound.
    pub fn too_large(what: impl Into<String>) -> Self {
        Self::TooLarge { what: what.into() }
    }
}
