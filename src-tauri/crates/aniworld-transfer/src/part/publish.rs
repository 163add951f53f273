//! How a part file ends: published, kept for later, or removed.

use std::io;

use super::{Part, disk_error, hash_of, remove, remove_journal, sync_folder};
use crate::TransferError;
use crate::manifest::Manifest;

impl Part {
    /// The hashes of all blocks, where they are kept; those that did not come in order are read back.
    fn manifest(&self, total: u64) -> Result<Option<Manifest>, TransferError> {
        let (Some(hasher), Some(journal)) = (&self.hasher, &self.journal) else {
            return Ok(None);
        };
        let mut blocks = hasher.blocks().clone();
        for (block, start, end) in blocks.missing(total) {
            let hash = hash_of(&*self.file, start, end).map_err(|error| self.failed(&error))?;
            blocks.set(block, hash);
        }
        Ok(Manifest::new(total, &blocks, journal))
    }

    /// Flushes, gives the file its final name without overwriting, and makes that name safe.
    ///
    /// The lock is held to the end, so nobody opens the part between its last byte and its new name.
    pub(crate) fn publish(mut self) -> Result<u64, TransferError> {
        self.cut()?;
        let bytes = self.done.end();
        let manifest = self.manifest(bytes)?;
        if !self.disk.exists(&self.place.target) {
            // one of an earlier file of this name would speak of other bytes, also after a crash
            remove(&*self.disk, &self.place.manifest)?;
        }
        if let Err(error) = self.move_to_target() {
            // bytes are kept by the journal; an empty part has none and is litter
            return if bytes == 0 {
                self.discard().and(Err(error))
            } else {
                Err(error)
            };
        }
        self.settle();
        if let Some(manifest) = manifest
            && let Err(error) = self.disk.replace(&self.place.manifest, &manifest.text())
        {
            tracing::warn!(%error, "the file is whole, and the hashes beside it are missing");
        }
        sync_folder(&*self.disk, &self.place);
        if let Err(error) = remove_journal(&*self.disk, &self.place) {
            tracing::warn!(%error, "a finished journal stays behind");
        }
        Ok(bytes)
    }

    fn move_to_target(&self) -> Result<(), TransferError> {
        let target = &self.place.target;
        self.desk.flush_file()?;
        self.disk
            .rename_new(&self.place.part, target)
            .map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => TransferError::Exists { path: target.clone() },
                _ => disk_error(target, &error),
            })
    }

    /// Keeps what can be resumed, safely; an empty part is litter and goes. Room that was reserved is given back.
    pub(crate) fn keep(mut self) -> Result<(), TransferError> {
        if self.done.bytes() == 0 {
            return self.discard();
        }
        self.save()?;
        self.cut()
    }

    /// Removes the part file and its journal, and nothing else.
    pub(crate) fn discard(mut self) -> Result<(), TransferError> {
        self.settle();
        // the lock is held until all are gone
        remove_journal(&*self.disk, &self.place)?;
        remove(&*self.disk, &self.place.part)?;
        Ok(())
    }

    /// Nothing is left to be saved: background work that comes late does nothing.
    fn settle(&mut self) {
        self.desk.close();
        self.unsaved = 0;
        self.running = None;
    }
}
