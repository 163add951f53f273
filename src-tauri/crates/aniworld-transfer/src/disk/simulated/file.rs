//! An open file of a simulated disk. Must not know how files are kept.

use std::io;
use std::path::{Path, PathBuf};

use super::survival::PAGE;
use super::world::{Call, Operation, Verdict, to_usize};
use super::{DiskFile, SimulatedDisk, power_is_off};

/// An open file; its lock ends with it.
#[derive(Debug)]
pub(super) struct SimulatedFile {
    disk: SimulatedDisk,
    file: usize,
    /// The name that it was opened by, for the list of calls.
    path: PathBuf,
}

impl SimulatedFile {
    pub(super) fn new(disk: SimulatedDisk, file: usize, path: &Path) -> Self {
        Self {
            disk,
            file,
            path: path.to_path_buf(),
        }
    }

    fn call(&self, operation: Operation, offset: u64, length: u64) -> Call {
        Call::new(operation, &self.path, offset, length)
    }
}

impl SimulatedDisk {
    /// Syncs a file, open or not.
    pub(super) fn sync_file(&self, file: usize, path: &Path) -> io::Result<()> {
        let (mut world, verdict) = self.turn(Call::new(Operation::SyncData, path, 0, 0));
        world.sync_file(file, verdict)
    }
}

impl DiskFile for SimulatedFile {
    fn len(&self) -> io::Result<u64> {
        let (world, verdict) = self.disk.turn(self.call(Operation::Len, 0, 0));
        verdict.or_error()?;
        Ok(world.contents(self.file).live().len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let call = self.call(Operation::Read, offset, buffer.len() as u64);
        let (world, verdict) = self.disk.turn(call);
        verdict.or_error()?;
        let bytes = world.contents(self.file).live();
        let from = to_usize(offset).min(bytes.len());
        let read = buffer.len().min(bytes.len() - from);
        buffer[..read].copy_from_slice(&bytes[from..from + read]);
        Ok(read)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let call = self.call(Operation::Write, offset, bytes.len() as u64);
        let (mut world, verdict) = self.disk.turn(call);
        let offset = to_usize(offset);
        match verdict {
            Verdict::Done => world.write(self.file, bytes, offset),
            Verdict::LosesPower => world.write(self.file, bytes, offset).and(Err(power_is_off())),
            Verdict::Fails(kind) => {
                world.write(self.file, &bytes[..bytes.len() / 2], offset)?;
                Err(kind.into())
            }
            Verdict::PowerIsOff => Err(power_is_off()),
        }
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let (mut world, verdict) = self.disk.turn(self.call(Operation::SetLen, 0, length));
        verdict.unless_lost(|| world.set_len(self.file, to_usize(length)))
    }

    fn reserve(&self, length: u64) -> io::Result<()> {
        let (mut world, verdict) = self.disk.turn(self.call(Operation::Reserve, 0, length));
        verdict.unless_lost(|| world.reserve(self.file, to_usize(length)))?
    }

    fn room(&self) -> Option<u64> {
        let world = self.disk.lock();
        world.capacity.map(|_| (world.room() * PAGE) as u64)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.sync_file(self.file, &self.path)
    }

    fn forget_cached(&self, _offset: u64, _length: u64) {}

    fn has_name(&self, path: &Path) -> bool {
        self.disk.lock().named(path) == Some(self.file)
    }
}

impl Drop for SimulatedFile {
    fn drop(&mut self) {
        self.disk.lock().close(self.file);
    }
}
