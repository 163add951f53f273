//! A part file that grows at its end, piece by piece, in the order of a track.
//!
//! Its log says for each piece how long it is and which hash it has. Bytes are flushed before the log
//! names them, so that after a crash everything behind the last named piece is cut. Must not know what a
//! piece is for.

mod desk;
mod log;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinHandle;

use self::desk::PieceDesk;
use self::log::{PieceLog, PieceMark};
use super::{
    CHECKPOINT, CHECKPOINT_BYTES, FIRST_CHECKPOINT, Place, disk_error, hash_of, open_locked, remove,
    remove_journal, sync_folder,
};
use crate::TransferError;
use crate::disk::{Disk, DiskFile};
use crate::hash::Hash;
use crate::stream::StreamKind;

/// Which playlist an earlier run left pieces of, by its kind and its address without secrets.
pub(crate) fn stream_of(disk: &dyn Disk, target: &Path) -> Option<(StreamKind, String)> {
    let text = disk.read(&Place::of(target).journal, log::MAX_BYTES).ok()?;
    PieceLog::parse(&text)?.stream
}

/// An open, locked part file with its log.
#[derive(Debug)]
pub(crate) struct PieceFile {
    place: Place,
    disk: Arc<dyn Disk>,
    file: Arc<dyn DiskFile>,
    log: PieceLog,
    desk: Arc<PieceDesk>,
    /// The bytes of all pieces in the log.
    end: u64,
    /// Bytes behind the last flush that was asked for.
    unsaved: u64,
    running: Option<JoinHandle<()>>,
    checkpoint_at: Instant,
    checkpoint_after: std::time::Duration,
    checkpoint_bytes: u64,
    /// Its name is gone or given away: nothing is to be kept.
    over: bool,
    /// The journal beside it is of an ordinary file, and so are the bytes: both are left alone until
    /// [`PieceFile::begin`].
    foreign: bool,
}

impl PieceFile {
    /// Opens or makes the part file of `target` and locks it. What its log names is not believed before
    /// [`PieceFile::go_on`].
    pub(crate) fn open(disk: &Arc<dyn Disk>, target: &Path) -> Result<Self, TransferError> {
        let place = Place::of(target);
        let file = open_locked(&**disk, &place)?;
        let text = disk.read(&place.journal, log::MAX_BYTES).ok();
        let known = text.as_deref().and_then(PieceLog::parse);
        let foreign = text.is_some() && known.is_none();
        let log = known.unwrap_or_default();
        Ok(Self {
            desk: Arc::new(PieceDesk::new(Arc::clone(disk), Arc::clone(&file), place.clone())),
            place,
            disk: Arc::clone(disk),
            file,
            end: log.bytes(),
            log,
            unsaved: 0,
            running: None,
            checkpoint_at: Instant::now() + FIRST_CHECKPOINT,
            checkpoint_after: FIRST_CHECKPOINT,
            checkpoint_bytes: CHECKPOINT_BYTES,
            over: false,
            foreign,
        })
    }

    /// So many bytes are made safe whatever their age.
    pub(crate) fn checkpoint_every(&mut self, bytes: u64) {
        self.checkpoint_bytes = bytes;
    }

    /// Keeps the pieces that an earlier run left, as far as they are of the same list (`fingerprint`) and
    /// read back as they were written; cuts the rest. `proceed` is asked between two pieces.
    pub(crate) fn go_on(
        &mut self,
        fingerprint: &str,
        pieces: usize,
        proceed: impl Fn() -> Result<(), TransferError>,
    ) -> Result<(), TransferError> {
        if self.log.fingerprint != fingerprint || self.log.pieces.len() > pieces {
            return self.begin(fingerprint);
        }
        let (mut sound, mut at) = (0, 0);
        let length = self.file.len().map_err(|error| self.failed(&error))?;
        for mark in &self.log.pieces {
            proceed()?;
            let end = at + mark.bytes;
            if end > length {
                break;
            }
            let same = mark.bytes == 0
                || hash_of(&*self.file, at, end).map_err(|error| self.failed(&error))? == mark.hash;
            if !same {
                break;
            }
            (sound, at) = (sound + 1, end);
        }
        self.cut_to(sound)
    }

    /// Throws away what is there. The log goes first and for good, so that no crash can pair it with the
    /// bytes that come next.
    pub(crate) fn begin(&mut self, fingerprint: &str) -> Result<(), TransferError> {
        self.foreign = false;
        self.log = self.log.anew(fingerprint);
        self.end = 0;
        self.unsaved = 0;
        self.desk.clear()
    }

    /// Forgets all pieces but the first ones.
    pub(crate) fn cut_to(&mut self, pieces: usize) -> Result<(), TransferError> {
        if pieces < self.log.pieces.len() {
            self.log.pieces.truncate(pieces);
            self.log.whole = false;
            self.end = self.log.bytes();
        }
        self.cut()
    }

    /// How many pieces are there.
    pub(crate) fn count(&self) -> usize {
        self.log.pieces.len()
    }

    /// What is there.
    pub(crate) fn log(&self) -> &PieceLog {
        &self.log
    }

    /// The file itself, to be read.
    pub(crate) fn file(&self) -> &Arc<dyn DiskFile> {
        &self.file
    }

    /// Whether an earlier run left an ordinary file here, which nobody gave up yet.
    pub(crate) fn is_foreign(&self) -> bool {
        self.foreign
    }

    /// How many bytes are there.
    pub(crate) fn bytes(&self) -> u64 {
        self.end
    }

    /// Its name until it is published.
    pub(crate) fn path(&self) -> &Path {
        &self.place.part
    }

    /// Remembers a fact about the track that a resume needs.
    pub(crate) fn note(&mut self, change: impl FnOnce(&mut PieceLog)) {
        change(&mut self.log);
    }

    /// Writes the next piece behind the last, and has it made safe now and then in the background.
    /// `hash` is the one of the piece as it came, also where fewer bytes of it are kept.
    pub(crate) fn append(&mut self, bytes: &[u8], hash: Hash) -> Result<(), TransferError> {
        self.file
            .write_all_at(bytes, self.end)
            .map_err(|error| self.failed(&error))?;
        let length = bytes.len() as u64;
        self.log.pieces.push(PieceMark { bytes: length, hash });
        self.end += length;
        self.unsaved += length;
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
            let ticket = self.desk.ticket()?;
            let (desk, text) = (Arc::clone(&self.desk), self.log.text());
            self.running = Some(tokio::task::spawn_blocking(move || desk.work_off(ticket, &text)));
            self.unsaved = 0;
            self.checkpoint_after = (self.checkpoint_after * 2).min(CHECKPOINT);
            self.checkpoint_at = now + self.checkpoint_after;
        } else if full {
            // the disk is slower than the network: no more than this may be lost, so it is waited for
            self.save()?;
        }
        Ok(())
    }

    /// Makes every piece safe, now.
    pub(crate) fn save(&mut self) -> Result<(), TransferError> {
        self.unsaved = 0;
        self.desk.flush(&self.log.text())
    }

    /// Reads bytes back.
    pub(crate) fn read(&self, offset: u64, length: u64) -> Result<Vec<u8>, TransferError> {
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        let mut filled = 0;
        while filled < bytes.len() {
            let read = self.file.read_at(&mut bytes[filled..], offset + filled as u64);
            match read.map_err(|error| self.failed(&error))? {
                0 => return Err(self.failed(&io::ErrorKind::UnexpectedEof.into())),
                read => filled += read,
            }
        }
        Ok(bytes)
    }

    /// Words a failure of the disk.
    pub(crate) fn failed(&self, error: &io::Error) -> TransferError {
        disk_error(&self.place.target, error)
    }

    /// Flushes, gives the file its final name without overwriting, and makes that name safe. The lock is
    /// held to the end.
    pub(crate) fn publish_as(mut self, target: &Path) -> Result<u64, TransferError> {
        // the length is a part of what is flushed
        self.cut()?;
        self.save()?;
        let bytes = self.end;
        self.disk
            .rename_new(&self.place.part, target)
            .map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => TransferError::Exists {
                    path: target.to_path_buf(),
                },
                _ => disk_error(target, &error),
            })?;
        self.settle();
        // one of an earlier file of this name would speak of other bytes
        if let Err(error) = remove(&*self.disk, &self.place.manifest) {
            tracing::warn!(%error, "the hashes beside the file are of another one");
        }
        sync_folder(&*self.disk, &self.place);
        if let Err(error) = remove_journal(&*self.disk, &self.place) {
            tracing::warn!(%error, "a finished log stays behind");
        }
        Ok(bytes)
    }

    /// Keeps what can be resumed, safely; a part that belongs to no track yet is litter and goes. A log
    /// without pieces stays: the bytes of a track that is one file stand beside it.
    pub(crate) fn keep(mut self) -> Result<(), TransferError> {
        if self.foreign {
            self.settle();
            return Ok(());
        }
        if self.log.fingerprint.is_empty() {
            return self.discard();
        }
        self.save()?;
        self.over = true;
        self.cut()
    }

    /// Makes room for an ordinary file of the same name: what an earlier run left of one stays.
    pub(crate) fn give_way(self) -> Result<(), TransferError> {
        if self.foreign { self.keep() } else { self.discard() }
    }

    /// Removes the part file and its log, and nothing else.
    pub(crate) fn discard(mut self) -> Result<(), TransferError> {
        self.settle();
        // the lock is held until all are gone
        remove_journal(&*self.disk, &self.place)?;
        remove(&*self.disk, &self.place.part)?;
        Ok(())
    }

    fn settle(&mut self) {
        self.desk.close();
        self.over = true;
        self.running = None;
    }

    fn cut(&self) -> Result<(), TransferError> {
        self.file.set_len(self.end).map_err(|error| self.failed(&error))
    }
}

impl Drop for PieceFile {
    /// A transfer that is dropped in the middle leaves what can be resumed. This waits for the disk.
    fn drop(&mut self) {
        let on_its_way = self.running.as_ref().is_some_and(|job| !job.is_finished());
        if !self.over
            && (self.unsaved > 0 || on_its_way)
            && let Err(error) = self.save()
        {
            tracing::warn!(%error, "the last pieces may be fetched again");
        }
        // a job that comes late must not keep the lock
        self.desk.close();
    }
}
