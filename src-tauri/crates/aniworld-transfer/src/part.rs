//! The part file: `.<name>.part` beside the final name, locked while it is written.
//!
//! Must not know HTTP. What it promises: bytes that the journal vouches for are on the disk, and the
//! final name appears at once and whole or not at all.

mod desk;
mod pieces;
mod place;
mod publish;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use self::desk::Desk;
pub(crate) use self::pieces::{PieceFile, stream_of};
pub(crate) use self::place::Place;
pub use self::place::{manifest_path, part_path};
use crate::TransferError;
use crate::blocks::{BlockHasher, Blocks};
use crate::disk::{Disk, DiskFile, RealDisk};
use crate::hash::{Hash, Hasher};
use crate::journal::{self, Journal};
use crate::ranges::RangeSet;

/// The age at which bytes are made safe: soon at first, so that a short transfer can be resumed too,
/// then at ever longer intervals up to the last.
const FIRST_CHECKPOINT: Duration = Duration::from_millis(250);
const CHECKPOINT: Duration = Duration::from_secs(2);
/// So many bytes are made safe whatever their age, unless the engine is told otherwise.
pub(crate) const CHECKPOINT_BYTES: u64 = 64 << 20;
/// Room is reserved for files from this size on.
const RESERVE_FROM: u64 = 1 << 20;
/// How often the part file may vanish between opening and locking it.
const OPEN_TRIES: usize = 8;
/// Read at once where a block is hashed afterwards.
const READ_BYTES: usize = 1 << 20;

/// Removes what an earlier run of a transfer to `target` left. A missing file is no error; a part
/// file that another transfer writes right now is [`TransferError::Busy`].
pub fn discard(target: &Path) -> Result<(), TransferError> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    crate::stream::discard_tracks(&disk, target)?;
    discard_on(&disk, target)
}

/// The same on any disk, for one file and not for the tracks of a stream.
pub(crate) fn discard_on(disk: &Arc<dyn Disk>, target: &Path) -> Result<(), TransferError> {
    let place = Place::of(target);
    if !disk.exists(&place.part) {
        return remove_journal(&**disk, &place);
    }
    Part::open(disk, target)?.discard()
}

/// The folder that holds a target.
pub(crate) fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Removes what a crash left between the last step of a transfer and its end: the target is there, and with
/// no part file left its journal helps nobody.
pub(crate) fn sweep(disk: &dyn Disk, target: &Path) {
    let place = Place::of(target);
    if disk.exists(&place.part) {
        return;
    }
    for path in place.litter() {
        if let Err(error) = disk.remove(&path) {
            tracing::debug!(%error, path = %path.display(), "what a crash left stays behind");
        }
    }
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
fn remove(disk: &dyn Disk, path: &Path) -> Result<bool, TransferError> {
    disk.remove(path).map_err(|error| disk_error(path, &error))
}

/// Removes a journal, and what a crash in the middle of writing one left.
fn remove_journal(disk: &dyn Disk, place: &Place) -> Result<(), TransferError> {
    remove(disk, &place.journal)?;
    remove(disk, &place.fresh_journal()).map(drop)
}

/// The hash of bytes as the file gives them back.
fn hash_of(file: &dyn DiskFile, start: u64, end: u64) -> io::Result<Hash> {
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; READ_BYTES];
    let mut at = start;
    while at < end {
        let most = usize::try_from(end - at).unwrap_or(READ_BYTES).min(READ_BYTES);
        match file.read_at(&mut buffer[..most], at)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                hasher.update(&buffer[..read]);
                at += read as u64;
            }
        }
    }
    Ok(hasher.finish())
}

/// A folder that cannot be synced (some network ones) only means that a power cut may bring a
/// removed or renamed file back, and every such state is one that a resume can handle.
fn sync_folder(disk: &dyn Disk, place: &Place) {
    if let Err(error) = disk.sync_folder(place.folder()) {
        tracing::debug!(%error, folder = %place.folder().display(), "the folder cannot be synced");
    }
}

/// Makes the removal of a journal safe. A disk that fails to do so could bring the journal back beside bytes that
/// it does not mean. Folders that cannot be synced at all are those of networks, and others' to keep.
fn make_removal_safe(disk: &dyn Disk, place: &Place) -> Result<(), TransferError> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    match disk.sync_folder(place.folder()) {
        Err(error) if !matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported) => {
            Err(disk_error(&place.target, &error))
        }
        _ => Ok(()),
    }
}

/// An open, locked part file with its journal.
#[derive(Debug)]
pub(crate) struct Part {
    place: Place,
    disk: Arc<dyn Disk>,
    file: Arc<dyn DiskFile>,
    desk: Arc<Desk>,
    journal: Option<Journal>,
    /// Bytes in the file that belong to the transfer.
    done: RangeSet,
    /// Where bytes of two answers meet that were not compared yet.
    seams: BTreeSet<u64>,
    hasher: Option<BlockHasher>,
    /// Bytes that an earlier run had left and that still count.
    inherited: u64,
    /// Bytes that came since the last flush was asked to keep them.
    unsaved: u64,
    running: Option<JoinHandle<()>>,
    checkpoint_at: Instant,
    checkpoint_after: Duration,
    checkpoint_bytes: u64,
}

impl Part {
    /// Opens or makes the part file of `target`, locks it, and takes over the bytes that its journal
    /// vouches for.
    pub(crate) fn open(disk: &Arc<dyn Disk>, target: &Path) -> Result<Self, TransferError> {
        let place = Place::of(target);
        let file = open_locked(&**disk, &place)?;
        let worded = |error: io::Error| disk_error(target, &error);
        let length = file.len().map_err(worded)?;
        let mut journal = match disk.read(&place.journal, journal::MAX_BYTES) {
            Ok(text) => Journal::parse(&text),
            // not there, or none of ours
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => {
                None
            }
            // a disk that fails for a moment must not cost what is there
            Err(error) => return Err(worded(error)),
        };
        let mut done = journal
            .as_ref()
            .map_or_else(RangeSet::default, |journal| journal.done.clone());
        // a file that is shorter than its journal lost what is missing
        done.remove(length, u64::MAX);
        if let Some(journal) = &mut journal
            && let Some(blocks) = &mut journal.blocks
        {
            blocks.retain(&done, journal.total);
        }
        let hasher = journal.as_ref().and_then(|journal| {
            let blocks = journal.blocks.clone()?;
            Some(BlockHasher::new(blocks, journal.total))
        });
        Ok(Self {
            desk: Arc::new(Desk::new(Arc::clone(disk), Arc::clone(&file), place.clone())),
            place,
            disk: Arc::clone(disk),
            file,
            inherited: done.bytes(),
            done,
            seams: journal
                .as_ref()
                .map(|journal| journal.seams.clone())
                .unwrap_or_default(),
            journal,
            hasher,
            unsaved: 0,
            running: None,
            checkpoint_at: Instant::now() + FIRST_CHECKPOINT,
            checkpoint_after: FIRST_CHECKPOINT,
            checkpoint_bytes: CHECKPOINT_BYTES,
        })
    }

    /// So many bytes are made safe whatever their age.
    pub(crate) fn checkpoint_every(&mut self, bytes: u64) {
        self.checkpoint_bytes = bytes;
    }

    /// The bytes that are there.
    pub(crate) fn done(&self) -> &RangeSet {
        &self.done
    }

    /// How many bytes an earlier run had left.
    pub(crate) fn inherited(&self) -> u64 {
        self.inherited
    }

    /// What the server said when these bytes came.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.journal.as_ref()
    }

    /// Bytes of more than one answer are in the file from now on.
    pub(crate) fn patch(&mut self) {
        if let Some(journal) = &mut self.journal {
            journal.patched = true;
        }
    }

    /// Answers contradicted each other: a later run must not go on behind these bytes either.
    pub(crate) fn doubt(&mut self) {
        if let Some(journal) = &mut self.journal {
            journal.doubted = true;
        }
    }

    /// The file itself, to be read.
    pub(crate) fn file(&self) -> &Arc<dyn DiskFile> {
        &self.file
    }

    /// Its system copy of safe bytes may be forgotten, because nobody reads them again.
    pub(crate) fn will_not_be_read(&self) {
        self.desk.forget_cached();
    }

    /// Throws the bytes away and begins with what the server says now. The first checkpoint writes
    /// the journal: a small file is published without ever having had one.
    ///
    /// Room for a file of known size is reserved at once, so that a full disk shows before the first byte.
    pub(crate) fn restart(&mut self, journal: Journal, keep_hashes: bool) -> Result<(), TransferError> {
        self.forget()?;
        let total = journal.total;
        self.journal = Some(journal);
        self.hasher = keep_hashes.then(|| BlockHasher::new(Blocks::new(total), total));
        self.reserve(total)
    }

    fn reserve(&self, total: Option<u64>) -> Result<(), TransferError> {
        let Some(total) = total.filter(|total| *total >= RESERVE_FROM) else {
            return Ok(());
        };
        match self.file.reserve(total) {
            // not every file system can: then it is found out on the way
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::StorageFull => Err(self.no_room(total, &error)),
            done => done.map_err(|error| disk_error(&self.place.target, &error)),
        }
    }

    /// What lacks, where the disk can say it: a quota can be the reason, too.
    fn no_room(&self, total: u64, error: &io::Error) -> TransferError {
        let needed = total.saturating_sub(self.done.bytes());
        match self.file.room().filter(|free| *free < needed) {
            Some(free) => TransferError::NotEnoughSpace {
                path: self.place.target.clone(),
                needed,
                free,
            },
            None => disk_error(&self.place.target, error),
        }
    }

    /// Forgets everything that was kept.
    pub(crate) fn forget(&mut self) -> Result<(), TransferError> {
        self.done = RangeSet::default();
        self.seams.clear();
        self.hasher = None;
        self.inherited = 0;
        self.unsaved = 0;
        self.journal = None;
        self.desk.clear()
    }

    /// Forgets these bytes: they will be fetched again.
    pub(crate) fn forget_range(&mut self, start: u64, end: u64) {
        self.done.remove(start, end);
    }

    /// Bytes of two answers will meet here.
    pub(crate) fn open_seam(&mut self, at: u64) {
        self.seams.insert(at);
    }

    /// They meet, and say the same.
    pub(crate) fn close_seam(&mut self, at: u64) {
        self.seams.remove(&at);
    }

    /// Where they meet and were not compared yet.
    pub(crate) fn open_seams(&self) -> &BTreeSet<u64> {
        &self.seams
    }

    /// Goes on with the bytes that count; `total` is the size as the server says it now.
    pub(crate) fn go_on(&mut self, total: Option<u64>) -> Result<(), TransferError> {
        if let Some(journal) = &mut self.journal {
            journal.total = total;
        }
        self.cut()?;
        self.reserve(total)
    }

    /// Writes bytes at a place, and has them made safe now and then in the background.
    pub(crate) fn write(&mut self, offset: u64, bytes: &[u8]) -> Result<(), TransferError> {
        self.file
            .write_all_at(bytes, offset)
            .map_err(|error| disk_error(&self.place.target, &error))?;
        if let Some(hasher) = &mut self.hasher {
            hasher.written(offset, bytes);
        }
        self.done.insert(offset, offset + bytes.len() as u64);
        self.unsaved += bytes.len() as u64;
        self.checkpoint_if_due()
    }

    fn checkpoint_if_due(&mut self) -> Result<(), TransferError> {
        // half is on its way to the disk while the other half comes
        let full = self.unsaved >= self.checkpoint_bytes / 2;
        let now = Instant::now();
        if !full && now < self.checkpoint_at {
            return Ok(());
        }
        if self.running.as_ref().is_none_or(JoinHandle::is_finished) {
            self.checkpoint()?;
            self.checkpoint_after = (self.checkpoint_after * 2).min(CHECKPOINT);
            self.checkpoint_at = now + self.checkpoint_after;
        } else if full {
            // the disk is slower than the network: no more than this may be lost, so it is waited for
            self.save()?;
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
            self.unsaved = 0;
        }
        Ok(())
    }

    /// Makes every byte safe, now.
    pub(crate) fn save(&mut self) -> Result<(), TransferError> {
        if let Some(journal) = self.note() {
            self.unsaved = 0;
            self.done = self.desk.flush(&journal)?;
        }
        Ok(())
    }

    /// The journal as it is true once the bytes so far are flushed.
    fn note(&mut self) -> Option<Journal> {
        let journal = self.journal.as_mut()?;
        journal.done.clone_from(&self.done);
        journal.seams.clone_from(&self.seams);
        journal.blocks = self.hasher.as_ref().map(|hasher| hasher.blocks().clone());
        Some(journal.clone())
    }

    /// Words a failure to read [`Part::file`].
    pub(crate) fn failed(&self, error: &io::Error) -> TransferError {
        disk_error(&self.place.target, error)
    }

    /// Removes bytes behind the last one that counts.
    fn cut(&self) -> Result<(), TransferError> {
        self.file
            .set_len(self.done.end())
            .map_err(|error| disk_error(&self.place.target, &error))
    }
}

impl Drop for Part {
    /// A transfer that is dropped in the middle leaves what can be resumed. This waits for the disk:
    /// at most two seconds' worth of bytes.
    fn drop(&mut self) {
        let on_its_way = self.running.as_ref().is_some_and(|job| !job.is_finished());
        if self.unsaved > 0 || on_its_way {
            if let Err(error) = self.save() {
                tracing::warn!(%error, "the last bytes may be fetched again");
            } else if let Err(error) = self.cut() {
                tracing::debug!(%error, "room that was reserved stays reserved");
            }
        }
        self.desk.close();
    }
}

/// Opens and locks the part file, and makes sure that it still has its name: the transfer that held
/// the lock before may have published or removed it in between.
fn open_locked(disk: &dyn Disk, place: &Place) -> Result<Arc<dyn DiskFile>, TransferError> {
    for _ in 0..OPEN_TRIES {
        match disk.open_part(&place.part) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(disk_error(&place.target, &error)),
            Ok(file) if file.has_name(&place.part) => return Ok(file),
            Ok(_) => {}
        }
    }
    Err(TransferError::Busy {
        path: place.part.clone(),
    })
}
