//! The files that the scenarios serve. Each differs from the others in every block.

use bytes::Bytes;

use super::ServedFile;
use super::gzip::gzip;
use crate::media;

const PAGE: &str =
    "<!DOCTYPE html><html><head><title>Log in</title></head><body>Your session has ended.</body></html>\n";

/// What a right outcome is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The film as it is at first.
    First,
    /// The film after it was replaced by one of the same size.
    Second,
    /// The film after it was replaced by a shorter one.
    Shorter,
    /// The text.
    Text,
    /// The text, coded with gzip.
    CodedText,
}

/// The files of one scenario.
#[derive(Debug, Clone)]
pub struct Cast {
    pub(super) first: ServedFile,
    pub(super) second: ServedFile,
    pub(super) shorter: ServedFile,
    pub(super) text: ServedFile,
    pub(super) coded_text: ServedFile,
}

impl Cast {
    /// Films of so many bytes that play, and a text of as many.
    pub fn new(bytes: usize) -> Self {
        let text: String = (0..bytes / 16)
            .flat_map(|line| [format!("{line:015}"), "\n".to_owned()])
            .collect();
        let text = ServedFile::new(text).content_type("text/plain");
        let coded = ServedFile::new(gzip(&text.bytes())).content_type("text/plain");
        Self {
            first: ServedFile::new(media::mp4_index_first(1, bytes)).etag("\"first\""),
            second: ServedFile::new(media::mp4_index_first(2, bytes)).etag("\"second\""),
            shorter: ServedFile::new(media::mp4_index_first(3, bytes / 4 * 3)).etag("\"shorter\""),
            text: text.etag("\"text\""),
            coded_text: coded.etag("\"coded\"").coded("gzip"),
        }
    }

    /// The bytes of one of them.
    pub fn bytes(&self, version: Version) -> Bytes {
        match version {
            Version::First => self.first.bytes(),
            Version::Second => self.second.bytes(),
            Version::Shorter => self.shorter.bytes(),
            Version::Text => self.text.bytes(),
            Version::CodedText => self.coded_text.bytes(),
        }
    }

    /// A web page to log in. Nothing tells its version.
    pub(super) fn page() -> ServedFile {
        ServedFile::new(PAGE.repeat(20))
            .content_type("text/html; charset=utf-8")
            .without_validators()
    }
}
