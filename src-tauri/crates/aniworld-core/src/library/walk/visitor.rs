//! What each walking thread does with an entry, and how the finds of all threads come together.

use std::path::{MAIN_SEPARATOR, Path};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, Error, ParallelVisitor, ParallelVisitorBuilder, WalkState};
use tokio_util::sync::CancellationToken;

use super::WalkProgress;
use crate::library::{WalkReport, places, recognise::recognise};

const MAX_UNSURE: usize = 1_000;
const MAX_UNREADABLE: usize = 100;

/// Figures that all threads count together.
#[derive(Debug, Default)]
pub(super) struct Counts {
    dirs_done: AtomicU64,
    dirs_known: AtomicU64,
    files: AtomicU64,
}

/// What all threads found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    counts: Arc<Counts>,
    report: Mutex<WalkReport>,
}

impl Findings {
    pub(super) fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.counts)
    }

    /// One report, in the same order whichever thread came first.
    pub(super) fn into_report(self) -> WalkReport {
        let mut report = self.report.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.files.sort_unstable_by(|a, b| a.relative.cmp(&b.relative));
        report.serie_folders.sort_unstable();
        report.unsure.sort_unstable();
        report.unsure.truncate(MAX_UNSURE);
        report.unreadable.sort_unstable();
        if report.unreadable.len() > MAX_UNREADABLE {
            // more than can be listed: whatever is known stays
            report.unreadable = vec![String::new()];
        }
        report.files_seen = self.counts.files.load(Ordering::Relaxed);
        report.dirs = self.counts.dirs_done.load(Ordering::Relaxed);
        report
    }
}

/// Whether an entry is worth a visit: a folder that is walked, or a video.
pub(super) fn is_wanted(entry: &DirEntry, counts: &Counts) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let name = entry.file_name().to_string_lossy();
    if is_dir(entry) {
        let walked = places::is_walked(&name, entry.depth());
        counts.dirs_known.fetch_add(u64::from(walked), Ordering::Relaxed);
        return walked;
    }
    let link = entry.file_type().is_some_and(|kind| kind.is_symlink());
    // a link to a video is a video, one to nowhere or to a folder is not
    places::is_looked_at(&name) && (!link || entry.path().is_file())
}

fn is_dir(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

/// Makes one visitor per thread.
pub(super) struct Visitors<'s> {
    pub(super) root: &'s Path,
    pub(super) cancel: &'s CancellationToken,
    pub(super) progress: &'s (dyn Fn(WalkProgress) + Sync),
    pub(super) findings: &'s Findings,
}

impl<'s> ParallelVisitorBuilder<'s> for Visitors<'s> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        Box::new(Visitor {
            root: self.root,
            cancel: self.cancel,
            progress: self.progress,
            findings: self.findings,
            found: WalkReport::default(),
        })
    }
}

/// One thread's finds, handed over when the thread ends.
struct Visitor<'s> {
    root: &'s Path,
    cancel: &'s CancellationToken,
    progress: &'s (dyn Fn(WalkProgress) + Sync),
    findings: &'s Findings,
    found: WalkReport,
}

impl ParallelVisitor for Visitor<'_> {
    fn visit(&mut self, entry: Result<DirEntry, Error>) -> WalkState {
        match entry {
            Ok(entry) if entry.depth() == 0 || is_dir(&entry) => return self.directory(&entry),
            Ok(entry) => self.file(&entry),
            Err(error) => self.unreadable(&error),
        }
        WalkState::Continue
    }
}

impl Visitor<'_> {
    fn directory(&mut self, entry: &DirEntry) -> WalkState {
        if self.cancel.is_cancelled() {
            return WalkState::Quit;
        }
        if entry.depth() == 1 {
            self.found.serie_folders.push(self.relative(entry.path()).0);
        }
        let counts = &self.findings.counts;
        (self.progress)(WalkProgress {
            dirs_done: counts.dirs_done.fetch_add(1, Ordering::Relaxed) + 1,
            dirs_known: counts.dirs_known.load(Ordering::Relaxed) + 1,
            files: counts.files.load(Ordering::Relaxed),
        });
        WalkState::Continue
    }

    fn file(&mut self, entry: &DirEntry) {
        self.findings.counts.files.fetch_add(1, Ordering::Relaxed);
        let (relative, exact) = self.relative(entry.path());
        match recognise(&relative) {
            // a name that is not UTF-8 could not be found again by the text we keep
            Some(file) if exact => self.found.files.push(file),
            _ if self.found.unsure.len() < MAX_UNSURE => self.found.unsure.push(relative),
            _ => {}
        }
    }

    fn unreadable(&mut self, error: &Error) {
        tracing::debug!(%error, "a folder of the library cannot be read");
        if self.found.unreadable.len() <= MAX_UNREADABLE {
            let path = path_of(error).map(|path| self.relative(path).0);
            self.found.unreadable.push(path.unwrap_or_default());
        }
    }

    /// The path below the root with `/` between its parts, and whether it says the whole truth.
    fn relative(&self, path: &Path) -> (String, bool) {
        let below = path.strip_prefix(self.root).unwrap_or(path);
        let text = below.to_string_lossy();
        let text = if MAIN_SEPARATOR == '/' {
            text.into_owned()
        } else {
            text.replace(MAIN_SEPARATOR, "/")
        };
        (text, below.to_str().is_some())
    }
}

impl Drop for Visitor<'_> {
    fn drop(&mut self) {
        let mut all = self
            .findings
            .report
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.files.append(&mut self.found.files);
        all.serie_folders.append(&mut self.found.serie_folders);
        all.unsure.append(&mut self.found.unsure);
        all.unreadable.append(&mut self.found.unreadable);
    }
}

fn path_of(error: &Error) -> Option<&Path> {
    match error {
        Error::WithPath { path, .. } => Some(path),
        Error::WithDepth { err, .. } | Error::WithLineNumber { err, .. } => path_of(err),
        Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn unreadable(count: usize) -> WalkReport {
        let findings = Findings::default();
        let mut visitor = Visitor {
            root: Path::new("/library"),
            cancel: &CancellationToken::new(),
            progress: &|_| {},
            findings: &findings,
            found: WalkReport::default(),
        };
        for n in 0..count {
            visitor.unreadable(&Error::WithDepth {
                depth: 1,
                err: Box::new(Error::WithPath {
                    path: PathBuf::from(format!("/library/{n}")),
                    err: Box::new(Error::Io(std::io::ErrorKind::PermissionDenied.into())),
                }),
            });
        }
        drop(visitor);
        findings.into_report()
    }

    #[test]
    fn unreadable_folders_are_named_below_the_root() {
        assert_eq!(unreadable(2).unreadable, ["0", "1"]);
    }

    #[test]
    fn more_than_can_be_listed_stand_for_everything() {
        assert_eq!(unreadable(MAX_UNREADABLE).unreadable.len(), MAX_UNREADABLE);
        assert_eq!(unreadable(MAX_UNREADABLE + 5).unreadable, [""]);
    }
}
