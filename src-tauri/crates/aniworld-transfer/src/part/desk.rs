//! Makes bytes safe beside the transfer: flushes the file, and only then writes the journal.
//!
//! Must not know where bytes come from. Whoever holds the desk's lock is the only one who touches the
//! journal, so a job that comes late finds its ticket expired and does nothing.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Place, disk_error};
use crate::TransferError;
use crate::disk::{Disk, DiskFile};
use crate::journal::Journal;
use crate::ranges::RangeSet;

/// What is given back to a full disk so that the journal finds room: one block of any usual size.
const ROOM_FOR_JOURNAL: u64 = 64 << 10;

/// The files of one transfer as its flushes see them.
#[derive(Debug)]
pub(super) struct Desk {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    disk: Arc<dyn Disk>,
    /// Gone once the transfer is over: a late job must not keep the lock of the part file.
    file: Option<Arc<dyn DiskFile>>,
    place: Place,
    ticket: u64,
    failure: Option<TransferError>,
    /// A flush failed. The system may have dropped what it could not write, and a later flush would not
    /// say so: nothing that was written since the last good one is vouched for any more.
    doubtful: Option<TransferError>,
    forget_cached: bool,
}

impl Desk {
    pub(super) fn new(disk: Arc<dyn Disk>, file: Arc<dyn DiskFile>, place: Place) -> Self {
        let state = State {
            disk,
            file: Some(file),
            place,
            ticket: 0,
            failure: None,
            doubtful: None,
            forget_cached: false,
        };
        Self {
            state: Mutex::new(state),
        }
    }

    /// From now on the system may forget its copy of bytes that are safe.
    pub(super) fn forget_cached(&self) {
        self.lock().forget_cached = true;
    }

    /// A ticket for one background job. It expires with the next [`Desk::flush`] or [`Desk::clear`].
    pub(super) fn ticket(&self) -> Result<u64, TransferError> {
        let mut state = self.lock();
        match state.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(state.ticket),
        }
    }

    /// The background job: flushes and writes `journal`, unless the ticket expired.
    pub(super) fn work_off(&self, ticket: u64, journal: &Journal) {
        let mut state = self.lock();
        if state.ticket == ticket {
            let saved = state.flush().and_then(|()| state.record(journal));
            state.failure = saved.err();
        }
    }

    /// Flushes the file alone. Fails where an earlier flush did: what that one lost, this one would not notice.
    pub(super) fn flush_file(&self) -> Result<(), TransferError> {
        let mut state = self.lock();
        state.ticket += 1;
        state.flush()
    }

    /// Flushes and writes the journal now; returns which bytes are safe.
    ///
    /// A disk without room for the journal gets the last bytes back: a shorter part that can be
    /// resumed is worth more than a longer one that cannot.
    pub(super) fn flush(&self, journal: &Journal) -> Result<RangeSet, TransferError> {
        let mut state = self.lock();
        state.ticket += 1;
        state.flush()?;
        match state.record(journal) {
            Err(TransferError::DiskFull { .. }) => {
                let mut shorter = journal.clone();
                let end = journal.done.end().saturating_sub(ROOM_FOR_JOURNAL);
                shorter.done.remove(end, u64::MAX);
                if let Some(blocks) = &mut shorter.blocks {
                    blocks.retain(&shorter.done, shorter.total);
                }
                state.cut(end)?;
                state.record(&shorter)?;
                Ok(shorter.done)
            }
            recorded => recorded.map(|()| journal.done.clone()),
        }
    }

    /// Forgets every byte: the journal goes first and for good, so that no crash can pair it with
    /// the bytes that come next.
    pub(super) fn clear(&self) -> Result<(), TransferError> {
        let mut state = self.lock();
        state.ticket += 1;
        state.failure = None;
        state.doubtful = None;
        if super::remove(&*state.disk, &state.place.journal)? {
            super::make_removal_safe(&*state.disk, &state.place)?;
        }
        state.cut(0)
    }

    /// Ends all work; jobs that still wait do nothing.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.ticket += 1;
        state.file = None;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // every state is whole between two statements, so a panic elsewhere spoils nothing
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn flush(&mut self) -> Result<(), TransferError> {
        if let Some(error) = &self.doubtful {
            return Err(error.clone());
        }
        let flushed = self.on_file(|file| file.sync_data());
        if let Err(error) = &flushed {
            self.doubtful = Some(error.clone());
        }
        flushed
    }

    /// Writes the journal of bytes that are flushed. Its new name must survive a power cut, and so must
    /// the name of the part file, which is in the same folder.
    fn record(&self, journal: &Journal) -> Result<(), TransferError> {
        self.disk
            .replace(&self.place.journal, &journal.text())
            .map_err(|error| disk_error(&self.place.target, &error))?;
        super::sync_folder(&*self.disk, &self.place);
        if self.forget_cached {
            self.on_file(|file| {
                file.forget_cached(0, journal.done.end());
                Ok(())
            })?;
        }
        Ok(())
    }

    fn cut(&self, length: u64) -> Result<(), TransferError> {
        self.on_file(|file| file.set_len(length))
    }

    fn on_file(&self, work: impl FnOnce(&dyn DiskFile) -> io::Result<()>) -> Result<(), TransferError> {
        let Some(file) = &self.file else { return Ok(()) };
        work(&**file).map_err(|error| disk_error(&self.place.target, &error))
    }
}
