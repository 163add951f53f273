//! Which file has which name: as programs see it, and as a power cut would leave it. Must not know
//! what files hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::survival::Fates;

/// The names of all files; a file is a number here.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    live: BTreeMap<PathBuf, usize>,
    safe: BTreeMap<PathBuf, usize>,
    /// What changed since, in order.
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Make(PathBuf, usize),
    Move(PathBuf, PathBuf),
    Remove(PathBuf),
}

impl Names {
    pub(super) fn safe(names: BTreeMap<PathBuf, usize>) -> Self {
        Self {
            live: names.clone(),
            safe: names,
            pending: Vec::new(),
        }
    }

    /// All names, in order.
    pub(super) fn live(&self) -> impl Iterator<Item = &PathBuf> {
        self.live.keys()
    }

    pub(super) fn get(&self, path: &Path) -> Option<usize> {
        self.live.get(path).copied()
    }

    pub(super) fn holds(&self, file: usize) -> bool {
        self.live.values().any(|named| *named == file)
    }

    pub(super) fn make(&mut self, path: &Path, file: usize) {
        self.change(Change::Make(path.to_path_buf(), file));
    }

    /// Whatever had the new name loses it.
    pub(super) fn rename(&mut self, from: &Path, to: &Path) {
        self.change(Change::Move(from.to_path_buf(), to.to_path_buf()));
    }

    /// Says whether there was one.
    pub(super) fn remove(&mut self, path: &Path) -> bool {
        let there = self.live.contains_key(path);
        if there {
            self.change(Change::Remove(path.to_path_buf()));
        }
        there
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.live);
        self.pending.push(change);
    }

    /// Makes the changes of a folder safe, with all that they build on.
    pub(super) fn sync(&mut self, folder: &Path) {
        let mut needed = BTreeSet::new();
        let mut later = Vec::new();
        let mut now = Vec::new();
        for change in std::mem::take(&mut self.pending).into_iter().rev() {
            let is_needed = change
                .paths()
                .any(|path| path.parent() == Some(folder) || needed.contains(path));
            if is_needed {
                needed.extend(change.paths().map(Path::to_path_buf));
                now.push(change);
            } else {
                later.push(change);
            }
        }
        for change in now.iter().rev() {
            change.apply(&mut self.safe);
        }
        later.reverse();
        self.pending = later;
    }

    /// The names as a power cut leaves them.
    pub(super) fn after_crash(&self, fates: &mut Fates) -> BTreeMap<PathBuf, usize> {
        let mut names = self.safe.clone();
        let mut lost = BTreeSet::new();
        for change in &self.pending {
            let kept = fates.keeps_name() && !change.paths().any(|path| lost.contains(path));
            if kept {
                change.apply(&mut names);
            } else {
                lost.extend(change.paths());
            }
        }
        names
    }
}

impl Change {
    fn paths(&self) -> impl Iterator<Item = &Path> {
        let (first, second) = match self {
            Self::Make(path, _) | Self::Remove(path) => (path, None),
            Self::Move(from, to) => (from, Some(to)),
        };
        std::iter::once(first).chain(second).map(PathBuf::as_path)
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Make(path, file) => {
                names.insert(path.clone(), *file);
            }
            Self::Move(from, to) => {
                if let Some(file) = names.remove(from) {
                    names.insert(to.clone(), file);
                }
            }
            Self::Remove(path) => {
                names.remove(path);
            }
        }
    }
}
