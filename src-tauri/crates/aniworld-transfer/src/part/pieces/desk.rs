//! Flushes bytes, then writes the log that names them: now, or beside the transfer. One at a time, and
//! what comes late has expired and does nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::{Place, disk_error, make_removal_safe, remove, sync_folder};
use crate::TransferError;
use crate::disk::{Disk, DiskFile};

#[derive(Debug)]
pub(super) struct PieceDesk {
    disk: Arc<dyn Disk>,
    place: Place,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Gone once the transfer is over: a late job must not keep the lock of the part file.
    file: Option<Arc<dyn DiskFile>>,
    ticket: u64,
    failure: Option<TransferError>,
    /// A flush failed. The system may have dropped what it could not write, and a later flush would not
    /// say so: no log is written any more.
    doubtful: Option<TransferError>,
}

impl PieceDesk {
    pub(super) fn new(disk: Arc<dyn Disk>, file: Arc<dyn DiskFile>, place: Place) -> Self {
        let state = State {
            file: Some(file),
            ticket: 0,
            failure: None,
            doubtful: None,
        };
        Self {
            disk,
            place,
            state: Mutex::new(state),
        }
    }

    /// A ticket for one background job. It expires with the next [`PieceDesk::flush`] or
    /// [`PieceDesk::clear`].
    pub(super) fn ticket(&self) -> Result<u64, TransferError> {
        let mut state = self.lock();
        match state.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(state.ticket),
        }
    }

    /// The background job: flushes and writes the log, unless the ticket expired.
    pub(super) fn work_off(&self, ticket: u64, log: &[u8]) {
        let mut state = self.lock();
        if state.ticket == ticket {
            state.failure = self.record(&mut state, log).err();
        }
    }

    /// Flushes and writes the log now.
    pub(super) fn flush(&self, log: &[u8]) -> Result<(), TransferError> {
        let mut state = self.lock();
        state.ticket += 1;
        self.record(&mut state, log)
    }

    /// Removes the log, for good, and then every byte.
    pub(super) fn clear(&self) -> Result<(), TransferError> {
        let mut state = self.lock();
        state.ticket += 1;
        state.failure = None;
        state.doubtful = None;
        if remove(&*self.disk, &self.place.journal)? {
            make_removal_safe(&*self.disk, &self.place)?;
        }
        let Some(file) = &state.file else { return Ok(()) };
        file.set_len(0)
            .map_err(|error| disk_error(&self.place.target, &error))
    }

    /// Ends all work; jobs that still wait do nothing.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.ticket += 1;
        state.file = None;
    }

    fn record(&self, state: &mut State, log: &[u8]) -> Result<(), TransferError> {
        if let Some(error) = &state.doubtful {
            return Err(error.clone());
        }
        let Some(file) = &state.file else { return Ok(()) };
        let worded = |error| disk_error(&self.place.target, &error);
        if let Err(error) = file.sync_data().map_err(worded) {
            state.doubtful = Some(error.clone());
            return Err(error);
        }
        self.disk.replace(&self.place.journal, log).map_err(worded)?;
        sync_folder(&*self.disk, &self.place);
        let length = file.len().unwrap_or(0);
        file.forget_cached(0, length);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // every state is whole between two statements, so a panic elsewhere spoils nothing
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
