//! The small journal beside a part file: what a resume needs, and nothing that a bare file says itself.
//! Must not know when it is written.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The version that this program writes. Another version is not read: the transfer starts again.
const VERSION: u32 = 1;
/// A journal is a few hundred bytes; more is not ours.
const MAX_BYTES: u64 = 64 << 10;

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
    /// Bytes that were flushed to the disk before this line was written.
    pub(crate) flushed_bytes: u64,
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
            flushed_bytes: 0,
        }
    }

    /// Reads a journal; `None` when there is none that this version understands.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let mut text = Vec::new();
        let file = fs::File::open(path).ok()?;
        file.take(MAX_BYTES).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text)
            .ok()
            .filter(|journal: &Self| journal.version == VERSION)
    }

    /// Writes the journal whole or not at all: a crash leaves the old one or the new one.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let fresh = path.with_extension("json~");
        let text = serde_json::to_vec(self).map_err(io::Error::other)?;
        let written = write_synced(&fresh, &text).and_then(|()| fs::rename(&fresh, path));
        if written.is_err() {
            // a full disk leaves half a file; the first error is the one to tell
            let _removed = fs::remove_file(&fresh);
        }
        written
    }
}

fn write_synced(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text)?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_is_read_back_and_another_version_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".a.mkv.part.json");
        let mut journal = Journal::new(
            "http://h/a".into(),
            Some(7),
            Some(Validator::Etag("\"x\"".into())),
        );
        journal.flushed_bytes = 5;
        journal.write(&path).unwrap();
        assert_eq!(Journal::read(&path), Some(journal.clone()));
        fs::write(
            &path,
            serde_json::to_string(&journal)
                .unwrap()
                .replace("\"version\":1", "\"version\":2"),
        )
        .unwrap();
        assert_eq!(Journal::read(&path), None);
        fs::write(&path, "{ torn").unwrap();
        assert_eq!(Journal::read(&path), None);
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no second file stays"
        );
    }
}
