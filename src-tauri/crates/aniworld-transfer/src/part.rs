//! The part file: `.<name>.part` beside the final name, locked while it is written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sha2::{Digest, Sha256};

use crate::journal::Journal;
use crate::{TransferError, platform};

/// A file name may have 255 bytes on the usual file systems; the journal's is the longest of ours.
const MAX_NAME_BYTES: usize = 255 - "..part.json~".len();
/// Bytes after which the journal is written anew, and the age at which it is.
const FLUSH_BYTES: u64 = 64 << 20;
const FLUSH_AGE: std::time::Duration = std::time::Duration::from_secs(2);

/// Where the bytes of `target` are kept until it is whole.
pub fn part_path(target: &Path) -> PathBuf {
    let name = target
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let short = if name.len() <= MAX_NAME_BYTES {
        name
    } else {
        let digest = format!("{:x}", Sha256::digest(name.as_bytes()));
        let mut end = MAX_NAME_BYTES - 17;
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        format!("{}-{}", &name[..end], &digest[..16])
    };
    target.with_file_name(format!(".{short}.part"))
}

fn journal_path(part: &Path) -> PathBuf {
    let mut name = part.file_name().unwrap_or_default().to_os_string();
    name.push(".json");
    part.with_file_name(name)
}

/// Removes what an earlier run of a transfer to `target` left. A missing file is no error.
pub fn discard(target: &Path) -> Result<(), TransferError> {
    let part = part_path(target);
    for path in [journal_path(&part), part] {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(disk_error(&path, &error)),
            _ => {}
        }
    }
    Ok(())
}

/// Words a failure of the disk.
pub(crate) fn disk_error(path: &Path, error: &io::Error) -> TransferError {
    let path = path.to_path_buf();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            TransferError::DiskFull { path }
        }
        io::ErrorKind::NotFound => TransferError::FolderMissing { path },
        io::ErrorKind::AlreadyExists => TransferError::Exists { path },
        _ if platform::is_read_only(error) => TransferError::ReadOnly { path },
        kind => TransferError::Disk { path, kind },
    }
}

/// An open part file with its journal.
#[derive(Debug)]
pub(crate) struct Part {
    target: PathBuf,
    path: PathBuf,
    file: File,
    journal: Option<Journal>,
    /// Bytes in the file that belong to the transfer.
    written: u64,
    flushed_at: Instant,
}

impl Part {
    /// Opens or makes the part file of `target` and locks it.
    pub(crate) fn open(target: &Path) -> Result<Self, TransferError> {
        let path = part_path(target);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| disk_error(&path, &error))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(TransferError::Busy { path }),
            // an error is a file system without locks: two programs on one such folder are not guarded
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let mut part = Self {
            target: target.to_path_buf(),
            path,
            file,
            journal: None,
            written: 0,
            flushed_at: Instant::now(),
        };
        part.adopt();
        Ok(part)
    }

    /// Takes over what an earlier run left: only bytes that the journal vouches for.
    fn adopt(&mut self) {
        let Some(journal) = Journal::read(&journal_path(&self.path)) else {
            return;
        };
        let length = self.file.metadata().map_or(0, |meta| meta.len());
        self.written = journal.flushed_bytes.min(length);
        self.journal = Some(journal);
    }

    /// Bytes that are there.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// What the server said when these bytes came.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.journal.as_ref()
    }

    /// Throws the bytes away and begins with what the server says now.
    pub(crate) fn restart(&mut self, journal: Journal) -> Result<(), TransferError> {
        self.written = 0;
        self.cut()?;
        self.journal = Some(journal);
        self.flush()
    }

    /// Forgets everything that was kept; the next attempt starts at the first byte.
    pub(crate) fn forget(&mut self) -> Result<(), TransferError> {
        self.written = 0;
        self.journal = None;
        self.cut()
    }

    /// Removes bytes behind the last one that counts.
    pub(crate) fn cut(&mut self) -> Result<(), TransferError> {
        self.file
            .set_len(self.written)
            .map_err(|error| disk_error(&self.path, &error))
    }

    /// Appends bytes, and makes them safe now and then.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), TransferError> {
        platform::write_all_at(&self.file, bytes, self.written)
            .map_err(|error| disk_error(&self.path, &error))?;
        self.written += bytes.len() as u64;
        let flushed = self.journal.as_ref().map_or(0, |journal| journal.flushed_bytes);
        if self.written - flushed >= FLUSH_BYTES || self.flushed_at.elapsed() >= FLUSH_AGE {
            self.flush()?;
        }
        Ok(())
    }

    /// Flushes the data first and only then says so in the journal.
    pub(crate) fn flush(&mut self) -> Result<(), TransferError> {
        self.flushed_at = Instant::now();
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        self.file
            .sync_data()
            .map_err(|error| disk_error(&self.path, &error))?;
        journal.flushed_bytes = self.written;
        journal
            .write(&journal_path(&self.path))
            .map_err(|error| disk_error(&self.path, &error))
    }

    /// The SHA-256 of the bytes so far, read back from the file.
    pub(crate) fn sha256(&self) -> Result<[u8; 32], TransferError> {
        let mut hasher = Sha256::new();
        let mut file = File::open(&self.path).map_err(|error| disk_error(&self.path, &error))?;
        io::copy(&mut file, &mut hasher).map_err(|error| disk_error(&self.path, &error))?;
        Ok(hasher.finalize().into())
    }

    /// Flushes, gives the file its final name without overwriting, and makes that name safe.
    pub(crate) fn publish(self) -> Result<u64, TransferError> {
        self.cut_to_size()?;
        self.file
            .sync_all()
            .map_err(|error| disk_error(&self.path, &error))?;
        platform::rename_new(&self.path, &self.target).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => TransferError::Exists {
                path: self.target.clone(),
            },
            _ => disk_error(&self.target, &error),
        })?;
        if let Some(folder) = self.target.parent() {
            // the file is whole and named; a folder that cannot be synced (some network ones) only
            // means that a power cut might bring the part file back
            if let Err(error) = platform::sync_folder(folder) {
                tracing::debug!(%error, folder = %folder.display(), "the folder cannot be synced");
            }
        }
        match fs::remove_file(journal_path(&self.path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "a finished journal stays behind");
            }
            _ => {}
        }
        Ok(self.written)
    }

    fn cut_to_size(&self) -> Result<(), TransferError> {
        self.file
            .set_len(self.written)
            .map_err(|error| disk_error(&self.path, &error))
    }

    /// Removes the part file and its journal.
    pub(crate) fn remove(self) -> Result<(), TransferError> {
        discard(&self.target)
    }
}

impl Drop for Part {
    /// A transfer that is dropped leaves what can be resumed; an empty part would be litter.
    fn drop(&mut self) {
        if self.written == 0 && self.journal.is_none() {
            // nothing was written: a failure to remove an empty file changes nothing for anybody
            let _removed = fs::remove_file(&self.path);
        }
    }
}
