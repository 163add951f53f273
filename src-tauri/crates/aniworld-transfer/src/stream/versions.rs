//! Which version of a file its ranges came from: parts of two versions are no file. Knows no HTTP.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use url::Url;

/// Files that are remembered; a stream cut out of more files than this has few ranges of each.
const MAX_FILES: usize = 256;

/// What tells two versions of a file apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// Its strong entity tag, where it has one.
    pub(super) tag: Option<String>,
    /// Its size, where it is told.
    pub(super) total: Option<u64>,
}

/// The versions so far.
#[derive(Debug, Default)]
pub(super) struct Versions {
    known: Mutex<HashMap<Url, Version>>,
}

impl Versions {
    /// Whether this may be the version that earlier ranges were of. The first one counts.
    pub(super) fn fits(&self, url: &Url, found: Version) -> bool {
        // every change is one statement, so a panic elsewhere spoils nothing
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = known.get(url) {
            let differ = |one: bool, other: bool, same: bool| one && other && !same;
            return !differ(first.tag.is_some(), found.tag.is_some(), first.tag == found.tag)
                && !differ(
                    first.total.is_some(),
                    found.total.is_some(),
                    first.total == found.total,
                );
        }
        if known.len() >= MAX_FILES {
            known.clear();
        }
        known.insert(url.clone(), found);
        true
    }

    /// Forgets them: everything begins anew.
    pub(super) fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
