//! The storage that core needs. The services implement it over SQLite.

#[cfg(any(test, feature = "test-support"))]
mod memory;

#[cfg(any(test, feature = "test-support"))]
pub use self::memory::MemoryStore;

use crate::library::{LibraryRoot, WalkReport};
use crate::source::{Listing, SourceConfig, SourceError, SourceId};

/// A store that could not do what was asked; the data it holds is as before.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the library database: {0}")]
pub struct StoreError(pub String);

/// The figures of the ledger after a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LibraryTotals {
    /// Series known.
    pub series: u64,
    /// Episodes on disk.
    pub have: u64,
    /// Episodes offered and not on disk.
    pub missing: u64,
}

/// Keeps what was scanned and listed. Blocking: called from a blocking task.
pub trait LibraryStore: Send + Sync {
    /// The library folder, once it was chosen.
    fn root(&self) -> Result<Option<LibraryRoot>, StoreError>;
    /// The configured sources, oldest first.
    fn sources(&self) -> Result<Vec<SourceConfig>, StoreError>;
    /// Takes the result of a walk in one transaction: files that are no longer found go, except
    /// below unreadable directories. Compares every series anew.
    fn store_walk(&self, report: &WalkReport) -> Result<LibraryTotals, StoreError>;
    /// Takes one reading of a source in one transaction. Episodes missing from a `Complete` listing
    /// become gone, from any other they stay as they are.
    fn store_listing(&self, source: SourceId, listing: &Listing) -> Result<LibraryTotals, StoreError>;
    /// Remembers that a source could not be read; what it offered before stays.
    fn source_failed(&self, source: SourceId, error: &SourceError) -> Result<(), StoreError>;
    /// A file took its place in the library: one download's outcome.
    fn add_file(
        &self,
        relative: &str,
        label: &crate::events::EpisodeLabel,
        bytes: u64,
    ) -> Result<LibraryTotals, StoreError>;
}
