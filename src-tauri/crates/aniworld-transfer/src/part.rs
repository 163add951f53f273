//! The part file: `.<name>.part` beside the final name, locked while it is written.
//!
//! Must not know HTTP. What it promises: bytes that the journal vouches for are on the disk, and the
//! final name appears at once and whole or not at all.

mod desk;
mod place;
#[cfg(test)]
mod tests;

use std::fs::{self, File, TryLockError};
use std::io::{self, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use self::desk::Desk;
pub(crate) use self::place::Place;
pub use self::place::part_path;
use crate::journal::Journal;
use crate::{TransferError, platform};

/// The age at which bytes are made safe: soon at first, so that a short transfer can be resumed too,
/// then at ever longer intervals up to the last.
const FIRST_CHECKPOINT: Duration = Duration::from_millis(250);
const CHECKPOINT: Duration = Duration::from_secs(2);
/// How often the part file may vanish between opening and locking it.
const OPEN_TRIES: usize = 8;

/// Removes what an earlier run of a transfer to `target` left. A missing file is no error; a part
/// file that another transfer writes right now is [`TransferError::Busy`].
pub fn discard(target: &Path) -> Result<(), TransferError> {
    let place = Place::of(target);
    if !place.part.exists() {
        return remove(&place.journal).map(drop);
    }
    Part::open(target)?.discard()
}

/// Words a failure of the disk. `target` is the final file, the only one that people know.
pub(crate) fn disk_error(target: &Path, error: &io::Error) -> TransferError {
    let path = target.to_path_buf();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => TransferError::DiskFull { path },
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            TransferError::ReadOnly { path }
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => TransferError::FolderMissing { path },
        kind => TransferError::Disk { path, kind },
    }
}

/// Removes a file; says whether there was one.
fn remove(path: &Path) -> Result<bool, TransferError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(disk_error(path, &error)),
    }
}

/// A folder that cannot be synced (some network ones) only means that a power cut may bring a
/// removed or renamed file back, and every such state is one that a resume can handle.
fn sync_folder(place: &Place) {
    if let Err(error) = platform::sync_folder(place.folder()) {
        tracing::debug!(%error, folder = %place.folder().display(), "the folder cannot be synced");
    }
}

/// An open, locked part file with its journal.
#[derive(Debug)]
pub(crate) struct Part {
    place: Place,
    file: Arc<File>,
    desk: Arc<Desk>,
    journal: Option<Journal>,
    /// Bytes in the file that belong to the transfer.
    written: u64,
    /// Bytes that an earlier run had left and that still count.
    inherited: u64,
    /// Whether bytes came that no flush was asked to keep.
    unsaved: bool,
    running: Option<JoinHandle<()>>,
    checkpoint_at: Instant,
    checkpoint_after: Duration,
}

impl Part {
    /// Opens or makes the part file of `target`, locks it, and takes over the bytes that its journal
    /// vouches for.
    pub(crate) fn open(target: &Path) -> Result<Self, TransferError> {
        let place = Place::of(target);
        let file = Arc::new(open_locked(&place)?);
        let length = file.metadata().map_or(0, |meta| meta.len());
        let journal = Journal::read(&place.journal);
        let written = journal
            .as_ref()
            .map_or(0, |journal| journal.flushed_bytes.min(length));
        Ok(Self {
            desk: Arc::new(Desk::new(Arc::clone(&file), place.clone())),
            place,
            file,
            journal,
            written,
            inherited: written,
            unsaved: false,
            running: None,
            checkpoint_at: Instant::now() + FIRST_CHECKPOINT,
            checkpoint_after: FIRST_CHECKPOINT,
        })
    }

    /// Bytes that are there.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// How many of them an earlier run had left.
    pub(crate) fn inherited(&self) -> u64 {
        self.inherited
    }

    /// What the server said when these bytes came.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.journal.as_ref()
    }

    /// Throws the bytes away and begins with what the server says now. The first checkpoint writes
    /// the journal: a small file is published without ever having had one.
    pub(crate) fn restart(&mut self, journal: Journal) -> Result<(), TransferError> {
        self.forget()?;
        self.journal = Some(journal);
        Ok(())
    }

    /// Forgets everything that was kept.
    pub(crate) fn forget(&mut self) -> Result<(), TransferError> {
        self.written = 0;
        self.inherited = 0;
        self.unsaved = false;
        self.journal = None;
        self.desk.clear()
    }

    /// Goes on behind the last byte that counts; `total` is the size as the server says it now.
    pub(crate) fn go_on(&mut self, total: Option<u64>) -> Result<(), TransferError> {
        if let Some(journal) = &mut self.journal {
            journal.total = total;
        }
        self.cut()
    }

    /// Appends bytes, and has them made safe now and then in the background.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), TransferError> {
        platform::write_all_at(&self.file, bytes, self.written)
            .map_err(|error| disk_error(&self.place.target, &error))?;
        self.written += bytes.len() as u64;
        self.unsaved = true;
        let now = Instant::now();
        if now >= self.checkpoint_at && self.running.as_ref().is_none_or(JoinHandle::is_finished) {
            self.checkpoint()?;
            self.checkpoint_after = (self.checkpoint_after * 2).min(CHECKPOINT);
            self.checkpoint_at = now + self.checkpoint_after;
        }
        Ok(())
    }

    /// Flushes beside the transfer: a disk that takes its time must not hold up the next bytes.
    fn checkpoint(&mut self) -> Result<(), TransferError> {
        let ticket = self.desk.ticket()?;
        if let Some(journal) = self.note() {
            let desk = Arc::clone(&self.desk);
            let job = move || desk.work_off(ticket, &journal);
            self.running = Some(tokio::task::spawn_blocking(job));
            self.unsaved = false;
        }
        Ok(())
    }

    /// Makes every byte safe, now.
    pub(crate) fn save(&mut self) -> Result<(), TransferError> {
        if let Some(journal) = self.note() {
            self.unsaved = false;
            self.written = self.desk.flush(&journal)?;
        }
        Ok(())
    }

    /// The journal as it is true once the bytes so far are flushed.
    fn note(&mut self) -> Option<Journal> {
        let journal = self.journal.as_mut()?;
        journal.flushed_bytes = self.written;
        Some(journal.clone())
    }

    /// The bytes so far, from the first.
    pub(crate) fn read_back(&self) -> Result<&File, TransferError> {
        let mut file: &File = &self.file;
        file.seek(SeekFrom::Start(0))
            .map_err(|error| disk_error(&self.place.target, &error))?;
        Ok(file)
    }

    /// Words a failure to read [`Part::read_back`].
    pub(crate) fn failed(&self, error: &io::Error) -> TransferError {
        disk_error(&self.place.target, error)
    }

    /// Flushes, gives the file its final name without overwriting, and makes that name safe.
    ///
    /// The lock is held to the end, so nobody opens the part between its last byte and its new name.
    pub(crate) fn publish(mut self) -> Result<u64, TransferError> {
        self.cut()?;
        if let Err(error) = self.move_to_target() {
            // bytes are kept by the journal; an empty part has none and is litter
            return if self.written == 0 {
                self.discard().and(Err(error))
            } else {
                Err(error)
            };
        }
        self.settle();
        sync_folder(&self.place);
        if let Err(error) = remove(&self.place.journal) {
            tracing::warn!(%error, "a finished journal stays behind");
        }
        Ok(self.written)
    }

    fn move_to_target(&self) -> Result<(), TransferError> {
        let target = &self.place.target;
        self.file
            .sync_data()
            .and_then(|()| platform::rename_new(&self.place.part, target))
            .map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => TransferError::Exists { path: target.clone() },
                _ => disk_error(target, &error),
            })
    }

    /// Keeps what can be resumed, safely; an empty part is litter and goes.
    pub(crate) fn keep(mut self) -> Result<(), TransferError> {
        if self.written == 0 {
            self.discard()
        } else {
            self.save()
        }
    }

    /// Removes the part file and its journal, and nothing else.
    pub(crate) fn discard(mut self) -> Result<(), TransferError> {
        self.settle();
        // the lock is held until both are gone
        remove(&self.place.journal)?;
        remove(&self.place.part)?;
        Ok(())
    }

    /// Nothing is left to be saved: background work that comes late does nothing.
    fn settle(&mut self) {
        self.desk.close();
        self.unsaved = false;
        self.running = None;
    }

    /// Removes bytes behind the last one that counts.
    fn cut(&self) -> Result<(), TransferError> {
        self.file
            .set_len(self.written)
            .map_err(|error| disk_error(&self.place.target, &error))
    }
}

impl Drop for Part {
    /// A transfer that is dropped in the middle leaves what can be resumed. This waits for the disk:
    /// at most two seconds' worth of bytes.
    fn drop(&mut self) {
        let on_its_way = self.running.as_ref().is_some_and(|job| !job.is_finished());
        if (self.unsaved || on_its_way)
            && let Err(error) = self.save()
        {
            tracing::warn!(%error, "the last bytes may be fetched again");
        }
        self.desk.close();
    }
}

/// Opens and locks the part file, and makes sure that it still has its name: the transfer that held
/// the lock before may have published or removed it in between.
fn open_locked(place: &Place) -> Result<File, TransferError> {
    for _ in 0..OPEN_TRIES {
        let file = platform::open_part(&place.part).map_err(|error| disk_error(&place.target, &error))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => break,
            // an error is a file system without locks: two programs on one such folder are not guarded
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        if platform::has_name(&file, &place.part) {
            return Ok(file);
        }
    }
    Err(TransferError::Busy {
        path: place.part.clone(),
    })
}
