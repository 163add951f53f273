//! The walk: every directory of the library once, by two threads, without a stat per file.

mod visitor;

use std::path::Path;

use ignore::WalkBuilder;
use tokio_util::sync::CancellationToken;

use self::visitor::{Findings, Visitors};
use super::{LibraryRoot, RootState, WalkReport, check_root};
use crate::app::ScanFailure;

/// More threads do not make one disk faster.
const THREADS: usize = 2;

/// How far a walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkProgress {
    /// Directories read.
    pub dirs_done: u64,
    /// Directories seen so far; grows while the walk runs.
    pub dirs_known: u64,
    /// Video files looked at.
    pub files: u64,
}

/// Walks the library folder. Blocking; `cancel` ends it at the next directory with
/// [`ScanFailure::Cancelled`]. `progress` is called once per directory, from the walking threads.
///
/// Links to folders are not followed, hidden files and folders with extras are passed by. A folder that
/// vanishes while it is walked is [`ScanFailure::Unreachable`], never an empty report.
pub fn walk(
    root: &Path,
    cancel: &CancellationToken,
    progress: &(dyn Fn(WalkProgress) + Sync),
) -> Result<WalkReport, ScanFailure> {
    ready(root, 0)?;
    let findings = Findings::default();
    let counts = findings.counts();
    let walker = WalkBuilder::new(root)
        .standard_filters(false)
        .follow_links(false)
        .threads(THREADS)
        .filter_entry(move |entry| visitor::is_wanted(entry, &counts))
        .build_parallel();
    walker.visit(&mut Visitors {
        root,
        cancel,
        progress,
        findings: &findings,
    });
    if cancel.is_cancelled() {
        return Err(ScanFailure::Cancelled);
    }
    let report = findings.into_report();
    ready(root, report.files.len() as u64)?;
    Ok(report)
}

/// After the walk, `found` files make an empty folder one that was unplugged in the middle.
fn ready(root: &Path, found: u64) -> Result<(), ScanFailure> {
    let root = LibraryRoot {
        path: root.to_path_buf(),
        known_files: found,
    };
    let state: RootState = check_root(&root);
    state.failure(&root).map_or(Ok(()), Err)
}

#[cfg(test)]
mod platform;
#[cfg(test)]
mod tests;
