//! The small journal beside a part file: what a resume needs, and nothing that a bare file says itself.
//! Must not know when it is written.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::blocks::Blocks;
use crate::ranges::RangeSet;

/// The version that this program writes. Another version is not read: the transfer starts again.
const VERSION: u32 = 2;
/// A journal is a few hundred bytes and 70 for each block of the file; more is not ours.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// What the server said about the file, and how much of it is safely on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journal {
    version: u32,
    /// Where the bytes come from, without credentials.
    pub(crate) url: String,
    /// The size, where the server said it.
    pub(crate) total: Option<u64>,
    /// What proves that the file is still the same.
    pub(crate) validator: Option<Validator>,
    /// The media type of the first answer, without parameters.
    pub(crate) content_type: Option<String>,
    /// Bytes that were flushed to the disk before this line was written.
    pub(crate) done: RangeSet,
    /// Where bytes of two answers meet that were not compared yet.
    pub(crate) seams: BTreeSet<u64>,
    /// Whether bytes of more than one answer are in the file.
    #[serde(default = "in_doubt")]
    pub(crate) patched: bool,
    /// Whether answers contradicted each other: none of these bytes is built upon, only a whole file replaces them.
    #[serde(default)]
    pub(crate) doubted: bool,
    /// Hashes of blocks that are whole, where they are kept.
    pub(crate) blocks: Option<Blocks>,
}

/// A journal that does not say how many answers there were.
fn in_doubt() -> bool {
    true
}

/// A strong validator (RFC 9110, section 8.8.1): the only ground for a resume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Validator {
    /// A strong entity tag, with its quotes.
    Etag(String),
    /// A `Last-Modified` that is at least a minute older than the answer, as the server wrote it.
    LastModified(String),
}

impl Validator {
    /// The text for `If-Range`.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Etag(text) | Self::LastModified(text) => text,
        }
    }
}

impl Journal {
    /// A journal of a transfer that begins.
    pub(crate) fn new(url: String, total: Option<u64>, validator: Option<Validator>) -> Self {
        Self {
            version: VERSION,
            url,
            total,
            validator,
            content_type: None,
            done: RangeSet::default(),
            seams: BTreeSet::new(),
            patched: false,
            doubted: false,
            blocks: None,
        }
    }

    /// Reads a journal; `None` when it is none that this version understands.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text)
            .ok()
            .filter(|journal: &Self| journal.version == VERSION && journal.is_sound())
    }

    /// Its text.
    pub(crate) fn text(&self) -> Vec<u8> {
        // a struct of numbers and texts has no way to fail
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn is_sound(&self) -> bool {
        self.done.is_sound()
            && self.total.is_none_or(|total| self.done.end() <= total)
            && self.blocks.as_ref().is_none_or(Blocks::is_sound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_is_read_back_and_nothing_else_is() {
        let mut journal = Journal::new(
            "http://h/a".into(),
            Some(7),
            Some(Validator::Etag("\"x\"".into())),
        );
        journal.done.insert(0, 5);
        let text = String::from_utf8(journal.text()).unwrap();
        assert_eq!(Journal::parse(text.as_bytes()), Some(journal));
        let wrong = [
            text.replace("\"version\":2", "\"version\":1"),
            text.replace("[[0,5]]", "[[0,8]]"),
            text.replace("[[0,5]]", "[[5,0]]"),
            text.replace("[[0,5]]", "[[0,2],[2,5]]"),
            text[..text.len() - 1].to_owned(),
            String::new(),
        ];
        for text in wrong {
            assert_eq!(Journal::parse(text.as_bytes()), None, "{text}");
        }
    }
}
