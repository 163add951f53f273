//! Makes bytes safe beside the transfer: flushes the file, and only then writes the journal.
//!
//! Must not know where bytes come from. Whoever holds the desk's lock is the only one who touches the
//! journal, so a job that comes late finds its ticket expired and does nothing.

use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Place, disk_error};
use crate::TransferError;
use crate::journal::Journal;

/// What is given back to a full disk so that the journal finds room: one block of any usual size.
const ROOM_FOR_JOURNAL: u64 = 64 << 10;

/// The files of one transfer as its flushes see them.
#[derive(Debug)]
pub(super) struct Desk {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Gone once the transfer is over: a late job must not keep the lock of the part file.
    file: Option<Arc<File>>,
    place: Place,
    ticket: u64,
    failure: Option<TransferError>,
}

impl Desk {
    pub(super) fn new(file: Arc<File>, place: Place) -> Self {
        let state = State {
            file: Some(file),
            place,
            ticket: 0,
            failure: None,
        };
        Self {
            state: Mutex::new(state),
        }
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
            state.failure = state.save(journal).err();
        }
    }

    /// Flushes and writes the journal now; returns how many bytes are safe.
    ///
    /// A disk without room for the journal gets the last bytes back: a shorter part that can be
    /// resumed is worth more than a longer one that cannot.
    pub(super) fn flush(&self, journal: &Journal) -> Result<u64, TransferError> {
        let mut state = self.lock();
        state.ticket += 1;
        match state.save(journal) {
            Err(TransferError::DiskFull { .. }) => {
                let mut shorter = journal.clone();
                shorter.flushed_bytes = journal.flushed_bytes.saturating_sub(ROOM_FOR_JOURNAL);
                state.cut(shorter.flushed_bytes)?;
                state.save(&shorter)?;
                Ok(shorter.flushed_bytes)
            }
            saved => saved.map(|()| journal.flushed_bytes),
        }
    }

    /// Forgets every byte: the journal goes first and for good, so that no crash can pair it with
    /// the bytes that come next.
    pub(super) fn clear(&self) -> Result<(), TransferError> {
        let mut state = self.lock();
        state.ticket += 1;
        if super::remove(&state.place.journal)? {
            super::sync_folder(&state.place);
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
    fn save(&self, journal: &Journal) -> Result<(), TransferError> {
        self.on_file(File::sync_data)?;
        journal
            .write(&self.place.journal)
            .map_err(|error| disk_error(&self.place.target, &error))
    }

    fn cut(&self, length: u64) -> Result<(), TransferError> {
        self.on_file(|file| file.set_len(length))
    }

    fn on_file(&self, work: impl FnOnce(&File) -> io::Result<()>) -> Result<(), TransferError> {
        let Some(file) = &self.file else { return Ok(()) };
        work(file).map_err(|error| disk_error(&self.place.target, &error))
    }
}
