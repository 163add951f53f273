//! The library folder as users choose it and as windows show it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use aniworld_core::library::{RootState, check_root};
use jiff::Timestamp;

use super::{Aniworld, LibraryError};
use crate::platform;
use crate::store::{Store, StoreFailure};

/// The library folder now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryState {
    /// The folder.
    pub path: PathBuf,
    /// Whether it can be reached and read now.
    pub reachable: bool,
    /// Free space in bytes, where the system says it.
    pub free_bytes: Option<u64>,
    /// When the last scan ended.
    pub last_scan_at: Option<Timestamp>,
}

impl Aniworld {
    /// Takes a folder as the library. Reads it and writes a probe, changes nothing else in it.
    pub async fn set_library(&self, path: PathBuf) -> Result<(), LibraryError> {
        let work = self.store.on_blocking(move |store| Ok(set_library(store, &path)));
        work.await
            .unwrap_or_else(|broken| Err(LibraryError::Store(broken.to_string())))
    }

    /// The library folder now; `None` before one was chosen.
    pub async fn library_state(&self) -> Result<Option<LibraryState>, StoreFailure> {
        self.store.on_blocking(library_state).await
    }
}

fn library_state(store: &Store) -> Result<Option<LibraryState>, StoreFailure> {
    let Some((root, last_scan_at)) = store.library()? else {
        return Ok(None);
    };
    let reachable = check_root(&root) == RootState::Ready;
    Ok(Some(LibraryState {
        reachable,
        free_bytes: reachable.then(|| platform::free_bytes(&root.path)).flatten(),
        path: root.path,
        last_scan_at,
    }))
}

fn set_library(store: &Store, path: &Path) -> Result<(), LibraryError> {
    // another program, or this one started elsewhere, must find the same folder
    let path = std::path::absolute(path).map_err(|error| unreadable(path, &error))?;
    probe(&path)?;
    store
        .set_root(&path)
        .map_err(|failure| LibraryError::Store(failure.0))
}

fn probe(path: &Path) -> Result<(), LibraryError> {
    let meta = std::fs::metadata(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => LibraryError::Missing(path.to_owned()),
        _ => unreadable(path, &error),
    })?;
    if !meta.is_dir() {
        return Err(LibraryError::NotAFolder(path.to_owned()));
    }
    std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    // hidden, and gone again when dropped
    let written = tempfile::Builder::new()
        .prefix(".aniworld-probe-")
        .tempfile_in(path);
    match written {
        Ok(_) => Ok(()),
        // a full library is one all the same
        Err(error) if error.kind() == ErrorKind::StorageFull => Ok(()),
        Err(error) if is_read_only(error.kind()) => Err(LibraryError::ReadOnly(path.to_owned())),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn is_read_only(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

fn unreadable(path: &Path, error: &std::io::Error) -> LibraryError {
    LibraryError::Unreadable {
        path: path.to_owned(),
        detail: error.to_string(),
    }
}
