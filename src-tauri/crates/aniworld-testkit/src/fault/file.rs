//! The file that is served, and what the server says about it.

use bytes::Bytes;

/// One version of a file.
#[derive(Debug, Clone)]
pub struct ServedFile {
    pub(super) body: Bytes,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    pub(super) content_type: String,
    pub(super) coding: Option<String>,
}

impl ServedFile {
    /// A film with the strong entity tag `"v1"` and an old date.
    pub fn new(body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: Bytes::from(body.into()),
            etag: Some("\"v1\"".to_owned()),
            last_modified: Some("Mon, 02 Nov 2026 10:00:00 GMT".to_owned()),
            content_type: "video/mp4".to_owned(),
            coding: None,
        }
    }

    /// With this entity tag, quotes and all.
    #[must_use]
    pub fn etag(mut self, tag: &str) -> Self {
        self.etag = Some(tag.to_owned());
        self
    }

    /// Without an entity tag: only the date is left.
    #[must_use]
    pub fn without_etag(mut self) -> Self {
        self.etag = None;
        self
    }

    /// With this `Last-Modified`. Every answer is dated `Tue, 24 Nov 2026 10:00:00 GMT`.
    #[must_use]
    pub fn last_modified(mut self, date: &str) -> Self {
        self.last_modified = Some(date.to_owned());
        self
    }

    /// Without anything that could prove that it is still the same.
    #[must_use]
    pub fn without_validators(mut self) -> Self {
        self.etag = None;
        self.last_modified = None;
        self
    }

    /// With this media type.
    #[must_use]
    pub fn content_type(mut self, media_type: &str) -> Self {
        media_type.clone_into(&mut self.content_type);
        self
    }

    /// With this `Content-Encoding`; its bytes are the coded ones.
    #[must_use]
    pub fn coded(mut self, coding: &str) -> Self {
        self.coding = Some(coding.to_owned());
        self
    }

    /// Its bytes. Clones share them.
    pub fn bytes(&self) -> Bytes {
        self.body.clone()
    }

    /// Its size.
    pub(super) fn len(&self) -> u64 {
        self.body.len() as u64
    }

    /// The bytes from `start` up to, but not including, `end`, as far as they exist.
    pub(super) fn slice(&self, start: u64, end: u64) -> Bytes {
        let at = |offset: u64| usize::try_from(offset).map_or(self.body.len(), |at| at.min(self.body.len()));
        let (start, end) = (at(start), at(end));
        self.body.slice(start.min(end)..end)
    }
}
