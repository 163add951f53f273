//! The history into a file: row by row, beside its name first, then under it. Whoever looks there finds the file that
//! was there before, none, or all of the new one.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use aniworld_services::history::HistoryQuery;
use aniworld_services::store::{Store, StoreFailure};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use ts_rs::TS;

use super::{ExportForm, HistoryExport};
use crate::error::disk_error;
use crate::{CommandError, ErrorCode};

/// What happens to a file of this name that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is written.
    Keep,
    /// It is replaced, once the new one is whole.
    Replace,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HistoryExported {
    /// The file.
    pub path: String,
    /// Rows in it.
    pub rows: u64,
}

/// Writes every row of a query into a file. Blocks; holds one row at a time. Fails with `disk`, `disk_full` or
/// `read_only` and the path, and leaves no trace then.
pub fn write(
    store: &Store,
    query: &HistoryQuery,
    form: ExportForm,
    path: &Path,
    existing: Existing,
) -> Result<HistoryExported, CommandError> {
    let written = fill(store, query, form, path, existing);
    let rows = written.map_err(|failure| failure.at(path))?;
    Ok(HistoryExported {
        path: path.display().to_string(),
        rows,
    })
}

fn fill(
    store: &Store,
    query: &HistoryQuery,
    form: ExportForm,
    path: &Path,
    existing: Existing,
) -> Result<u64, Failure> {
    if existing == Existing::Keep && path.try_exists()? {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
    }
    let file = beside(path)?;
    let mut out = HistoryExport::new(form, BufWriter::new(file))?;
    let rows = store.each_of_history(query, |row| Ok::<_, Failure>(out.row(&row)?))?;
    let file = out
        .finish()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    match existing {
        Existing::Keep => file.persist_noclobber(path),
        Existing::Replace => file.persist(path),
    }
    .map_err(|failed| failed.error)?;
    Ok(rows)
}

/// A hidden file in the same folder, with the rights of any other new file; gone when it is dropped.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    tempfile::Builder::new()
        .prefix(".aniworld-history-")
        .suffix(".part")
        .make_in(folder, |path| File::create_new(path))
}

/// Why there is no file.
#[derive(Debug)]
enum Failure {
    Store(StoreFailure),
    File(io::Error),
}

impl From<StoreFailure> for Failure {
    fn from(failure: StoreFailure) -> Self {
        Self::Store(failure)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl Failure {
    fn at(self, path: &Path) -> CommandError {
        match self {
            Self::Store(failure) => failure.into(),
            Self::File(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let detail = "there is a file of this name already".to_owned();
                let path = path.display().to_string();
                CommandError::new(ErrorCode::Disk, [("path", path), ("detail", detail)])
            }
            Self::File(error) => disk_error(path, error.kind()),
        }
    }
}
