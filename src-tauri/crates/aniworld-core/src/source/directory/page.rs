//! One listing as its entries, from whichever server wrote it.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use url::Url;

use super::link::Link;
use super::{html, json};
use crate::source::document::Document;
use crate::source::{AssetSize, MAX_WARNINGS};

/// Entries that one listing may have.
pub(super) const MAX_ENTRIES: usize = 20_000;

/// One file or folder of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name, decoded.
    pub(super) name: String,
    /// Its part of a key: stable, and free of loss.
    pub(super) key: String,
    /// Its address.
    pub(super) url: Url,
    /// Whether it is a folder.
    pub(super) folder: bool,
    /// Its size, for a file.
    pub(super) size: AssetSize,
}

/// A listing that was read.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Its entries, each name once, in the order of the server.
    pub(super) entries: Vec<Entry>,
    /// What was left out.
    pub(super) warnings: Vec<String>,
    /// The bound at which the list was cut.
    pub(super) truncated: Option<u64>,
    /// Whether an entry could not be read, so that something is missing.
    pub(super) incomplete: bool,
    seen: HashSet<(String, bool)>,
}

/// Why a document is no listing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoPage {
    /// A web page about something else.
    WebPage,
    /// Broken.
    Broken(String),
}

impl Page {
    /// Reads the listing in `document`, of the folder that it came from.
    pub(crate) fn read(document: &Document) -> Result<Self, NoPage> {
        let folder = folder_of(&document.final_url);
        match document.bytes.trim_ascii_start().first() {
            Some(b'[' | b'{') => json::read(&folder, &document.bytes),
            Some(_) => html::read(&folder, &document.text()),
            None => Err(NoPage::WebPage),
        }
    }

    /// Adds what a link leads to. Returns false when the page is full.
    pub(super) fn add(&mut self, link: Link, size: AssetSize) -> bool {
        match link {
            Link::Entry {
                name,
                key,
                url,
                folder,
            } => {
                if self.entries.len() == MAX_ENTRIES {
                    self.truncated = Some(MAX_ENTRIES as u64);
                    return false;
                }
                // Many pages link a row twice: by its icon and by its name.
                if self.seen.insert((key.clone(), folder)) {
                    let size = if folder { AssetSize::Unknown } else { size };
                    self.entries.push(Entry {
                        name,
                        key,
                        url,
                        folder,
                        size,
                    });
                }
            }
            Link::Refused(reason) => self.warn(reason),
            Link::Elsewhere => {}
        }
        true
    }

    /// Notes that something was left out.
    pub(super) fn warn(&mut self, text: String) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(text);
        }
    }

    /// A number that two listings share only when they have the same entries.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut rows: Vec<_> = self
            .entries
            .iter()
            .map(|entry| (&entry.key, entry.folder))
            .collect();
        rows.sort_unstable();
        let mut hasher = DefaultHasher::new();
        rows.hash(&mut hasher);
        hasher.finish()
    }
}

/// The address as one of a folder: with a slash at its end, without query and fragment.
pub(crate) fn folder_of(url: &Url) -> Url {
    let mut folder = url.clone();
    folder.set_query(None);
    folder.set_fragment(None);
    if !folder.path().ends_with('/') {
        let path = format!("{}/", folder.path());
        folder.set_path(&path);
    }
    folder
}
