//! Whether the library folder is there. An unplugged disk must never look like an empty library.

use std::fs;
use std::io;
use std::path::Path;

use super::LibraryRoot;
use crate::app::ScanFailure;

/// What a look at the library folder shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootState {
    /// It is there: it holds something, or never held an episode.
    Ready,
    /// It is missing, or empty though it held episodes.
    Unreachable,
    /// It is there and does not let itself be read.
    Unreadable {
        /// What the system said.
        detail: String,
    },
}

/// Looks at the library folder. Blocking.
pub fn check_root(root: &LibraryRoot) -> RootState {
    match holds_anything(&root.path) {
        Ok(false) if root.known_files > 0 => RootState::Unreachable,
        Ok(_) => RootState::Ready,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => RootState::Unreadable {
            detail: error.to_string(),
        },
        // missing, not a folder, or a network share that is gone
        Err(_) => RootState::Unreachable,
    }
}

/// Hidden entries do not count: an empty mount point may hold some.
fn holds_anything(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        if !entry?.file_name().as_encoded_bytes().starts_with(b".") {
            return Ok(true);
        }
    }
    Ok(false)
}

impl RootState {
    /// The failure of a scan of this root, `None` when it is ready.
    pub(crate) fn failure(self, root: &LibraryRoot) -> Option<ScanFailure> {
        let path = root.path.clone();
        match self {
            Self::Ready => None,
            Self::Unreachable => Some(ScanFailure::Unreachable {
                path,
                known_files: root.known_files,
            }),
            Self::Unreadable { detail } => Some(ScanFailure::Unreadable { path, detail }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(path: &Path, known_files: u64) -> RootState {
        check_root(&LibraryRoot {
            path: path.to_path_buf(),
            known_files,
        })
    }

    #[test]
    fn empty_is_fine_until_it_held_something() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(state(dir.path(), 0), RootState::Ready);
        assert_eq!(state(dir.path(), 1), RootState::Unreachable);
        fs::write(dir.path().join(".hidden"), "").unwrap();
        assert_eq!(state(dir.path(), 1), RootState::Unreachable);
        fs::create_dir(dir.path().join("Night Trains")).unwrap();
        assert_eq!(state(dir.path(), 1), RootState::Ready);
    }

    #[test]
    fn missing_or_a_file_is_unreachable() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(state(&dir.path().join("gone"), 0), RootState::Unreachable);
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(state(&file, 0), RootState::Unreachable);
    }
}
