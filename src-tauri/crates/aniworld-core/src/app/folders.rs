//! The folders that the downloads of this run make and use: nobody removes one that another is about to fill,
//! and the last one to leave removes what nobody filled. Blocking. Must not know what is downloaded.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::DownloadFailure;

/// Folders in use, and folders that were made and hold no episode yet.
#[derive(Debug, Default)]
pub(super) struct Folders(Mutex<HashMap<PathBuf, Use>>);

#[derive(Debug, Default)]
struct Use {
    /// Downloads that run in it.
    users: usize,
    /// Made in this run, and not filled so far.
    made: bool,
}

/// One download that runs in its folders. Dropped in the middle it leaves them as they are.
#[derive(Debug)]
pub(super) struct Stay {
    folders: Arc<Folders>,
    paths: Vec<PathBuf>,
}

impl Folders {
    /// Makes the folders that are missing, outermost first, and keeps all of them until the stay ends.
    pub(super) fn enter(self: &Arc<Self>, paths: &[PathBuf]) -> Result<Stay, DownloadFailure> {
        let mut stay = Stay {
            folders: Arc::clone(self),
            paths: Vec::new(),
        };
        for path in paths {
            if let Err(failure) = self.make(path) {
                stay.give_up();
                return Err(failure);
            }
            stay.paths.push(path.clone());
        }
        Ok(stay)
    }

    fn make(&self, path: &Path) -> Result<(), DownloadFailure> {
        let mut known = self.lock();
        let is_new = match fs::create_dir(path) {
            Ok(()) => true,
            Err(_) if path.is_dir() => false,
            Err(error) => {
                return Err(DownloadFailure::Folder {
                    path: path.to_owned(),
                    kind: error.kind(),
                });
            }
        };
        let entry = known.entry(path.to_owned()).or_default();
        entry.users += 1;
        entry.made |= is_new;
        Ok(())
    }

    /// Removes a folder that holds nothing and that no download uses, whoever made it.
    pub(super) fn remove(&self, path: &Path) {
        let mut known = self.lock();
        if known.get(path).is_none_or(|it| it.users == 0) {
            remove_empty(&mut known, path);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PathBuf, Use>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stay {
    /// The episode is in its place: the folders are there for good.
    pub(super) fn filled(self) {
        let mut known = self.folders.lock();
        for path in &self.paths {
            if let Some(entry) = known.get_mut(path) {
                entry.made = false;
            }
        }
    }

    /// Nothing came of it: of the folders that were made in this run, those go that hold nothing and that
    /// nobody else uses.
    pub(super) fn give_up(mut self) {
        let folders = Arc::clone(&self.folders);
        let mut known = folders.lock();
        for path in self.paths.drain(..).rev() {
            leave(&mut known, &path);
            if known.get(&path).is_some_and(|it| it.made && it.users == 0) {
                remove_empty(&mut known, &path);
            }
        }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        let mut known = self.folders.lock();
        for path in &self.paths {
            leave(&mut known, path);
        }
    }
}

fn leave(known: &mut HashMap<PathBuf, Use>, path: &Path) {
    if let Some(entry) = known.get_mut(path) {
        entry.users = entry.users.saturating_sub(1);
        if entry.users == 0 && !entry.made {
            known.remove(path);
        }
    }
}

/// A folder that is not empty is refused by the system, and stays known for the next one who leaves.
fn remove_empty(known: &mut HashMap<PathBuf, Use>, path: &Path) {
    if fs::remove_dir(path).is_ok() || !path.exists() {
        known.remove(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (tempfile::TempDir, Arc<Folders>, [PathBuf; 2]) {
        let root = tempfile::tempdir().unwrap();
        let serie = root.path().join("Night Trains");
        let season = serie.join("Season 01");
        (root, Arc::default(), [serie, season])
    }

    #[test]
    fn the_last_one_to_leave_removes_what_was_made() {
        let (_root, folders, paths) = place();
        let first = folders.enter(&paths).unwrap();
        let second = folders.enter(&paths).unwrap();
        first.give_up();
        assert!(paths[1].is_dir(), "the second is about to fill it");
        second.give_up();
        assert!(!paths[0].exists());
        assert!(folders.lock().is_empty());
    }

    #[test]
    fn a_stay_that_breaks_off_leaves_the_folders_to_the_next() {
        let (_root, folders, paths) = place();
        drop(folders.enter(&paths).unwrap());
        assert!(paths[1].is_dir());
        folders.enter(&paths).unwrap().give_up();
        assert!(!paths[0].exists());
    }

    #[test]
    fn what_was_filled_or_was_there_before_stays() {
        let (_root, folders, paths) = place();
        fs::create_dir(&paths[0]).unwrap();
        folders.enter(&paths).unwrap().give_up();
        assert!(paths[0].is_dir() && !paths[1].exists());
        folders.enter(&paths).unwrap().filled();
        folders.enter(&paths).unwrap().give_up();
        assert!(paths[1].is_dir());
        assert!(folders.lock().is_empty());
    }

    #[test]
    fn a_folder_in_use_is_not_removed_by_anybody() {
        let (_root, folders, paths) = place();
        let stay = folders.enter(&paths).unwrap();
        folders.remove(&paths[1]);
        assert!(paths[1].is_dir());
        drop(stay);
        folders.remove(&paths[1]);
        assert!(!paths[1].exists());
    }

    #[test]
    fn a_folder_that_cannot_be_made_leaves_no_others() {
        let (_root, folders, paths) = place();
        let impossible = [paths[0].clone(), paths[0].join("a/b")];
        let failure = folders.enter(&impossible).unwrap_err();
        assert!(matches!(failure, DownloadFailure::Folder { .. }), "{failure:?}");
        assert!(!paths[0].exists());
    }
}
