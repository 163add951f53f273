//! A disk in memory whose power can fail between any two calls, and any call of which can fail.
//!
//! What it promises is what POSIX promises, and less than ext4, XFS and Btrfs give: a program that
//! comes through here comes through there. Its rules:
//!
//! * A write is safe after the next [`DiskFile::sync_data`] of its file. Before that, each write may
//!   survive a power cut, vanish, or survive in pieces of 512 bytes or 4 KiB, whatever becomes of the
//!   others; of two that survive in one place, the later one stands.
//! * The length that a write, [`DiskFile::set_len`] or [`DiskFile::reserve`] gives a file survives or
//!   vanishes by itself. Bytes of a write that vanished behind a length that survived read as zeros or,
//!   as on file systems that do not order data, as rubbish.
//! * A name that was made, moved or removed is safe after the next [`Disk::sync_folder`] of its folder;
//!   syncing the file itself does not help. Before that each change may be undone, but a journal keeps
//!   the order of what belongs together: a change survives only if every earlier change of the same
//!   names does. A move is never half done. Bytes belong to the file, whatever its name.
//! * [`Disk::replace`] writes a second file, syncs it and moves it over the first; each of the three is a
//!   call that can fail or be the last, and the second file may be left behind.
//! * A sync that fails loses what it should have made safe, for good: Linux marks such pages as written,
//!   so that the next sync succeeds without them. The running program still reads them.
//! * A write that fails has written its first half, and one that fills the disk what found room.
//!
//! It has files in folders, no links, no permissions and no times. Must not know what the bytes are.

mod contents;
mod file;
mod names;
mod survival;
#[cfg(test)]
mod tests;
mod world;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::file::SimulatedFile;
pub use self::survival::Survival;
pub use self::world::{Call, Lasts, Operation};
use self::world::{Verdict, World};
use super::{Disk, DiskFile};

/// A disk in memory. Clones are the same disk.
#[derive(Debug, Clone)]
pub struct SimulatedDisk {
    world: Arc<Mutex<World>>,
}

impl SimulatedDisk {
    /// An empty disk with one folder and all the room in the world.
    pub fn new(folder: &Path) -> Self {
        let mut world = World::default();
        world.folders.insert(folder.to_path_buf());
        Self::of(world)
    }

    fn of(world: World) -> Self {
        Self {
            world: Arc::new(Mutex::new(world)),
        }
    }

    /// Puts a file there, safely. No call: nobody counts it.
    pub fn put(&self, path: &Path, bytes: &[u8]) {
        self.lock().put(path, bytes);
    }

    /// What a file holds as a program reads it now, synced or not. No call.
    pub fn contents(&self, path: &Path) -> Option<Vec<u8>> {
        let world = self.lock();
        world.named(path).map(|id| world.contents(id).live().to_vec())
    }

    /// All names, in order. No call.
    pub fn names(&self) -> Vec<PathBuf> {
        self.lock().names.live().cloned().collect()
    }

    /// Every call so far that could have failed, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// How many calls there were that could have failed. The next one has this number.
    pub fn count(&self) -> usize {
        self.lock().calls.len()
    }

    /// The call with this number, counted from 0, fails so; later ones may too.
    pub fn fail_at(&self, call: usize, kind: io::ErrorKind, lasts: Lasts) {
        self.lock().fault = Some((call, kind, lasts));
    }

    /// Nothing fails any more, unless the power is off.
    pub fn heal(&self) {
        self.lock().fault = None;
    }

    /// The power fails during the call with this number, counted from 0. That call and all later ones
    /// fail; what it would have done may have happened or not, as with everything that is not synced.
    pub fn crash_at(&self, call: usize) {
        self.lock().crash_at = Some(call);
    }

    /// The power fails now.
    pub fn crash(&self) {
        self.lock().crashed = true;
    }

    /// Whether the power has failed.
    pub fn crashed(&self) -> bool {
        self.lock().crashed
    }

    /// How many bytes find room, in blocks of 4 KiB; `None` is without end.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.lock().capacity = bytes;
    }

    /// A slow disk lets other threads go first at every call.
    pub fn set_slow(&self, slow: bool) {
        self.lock().slow = slow;
    }

    /// The disk as a power cut now, or the one that was, leaves it: nothing is locked, nothing fails.
    /// This disk stays as it is, so that one crash can end in several ways.
    #[must_use]
    pub fn reboot(&self, survival: Survival) -> Self {
        Self::of(self.lock().after_crash(survival))
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        // tests that panic elsewhere still want to read it
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call and decides what becomes of it.
    fn turn(&self, call: Call) -> (MutexGuard<'_, World>, Verdict) {
        if self.lock().slow {
            std::thread::yield_now();
        }
        let mut world = self.lock();
        let verdict = world.turn(call);
        (world, verdict)
    }

    /// The file in which [`Disk::replace`] writes the new text.
    fn write_fresh(&self, fresh: &Path, text: &[u8]) -> io::Result<usize> {
        let call = Call::new(Operation::Write, fresh, 0, text.len() as u64);
        let (mut world, verdict) = self.turn(call);
        if let Verdict::PowerIsOff = verdict {
            return Err(power_is_off());
        }
        world.names.remove(fresh);
        let id = world.open(fresh)?;
        let half = &text[..text.len() / 2];
        match verdict {
            Verdict::Fails(kind) => {
                world.write(id, half, 0)?;
                Err(kind.into())
            }
            Verdict::Done => world.write(id, text, 0).map(|()| id),
            _ => world.write(id, text, 0).and(Err(power_is_off())),
        }
    }

    fn move_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (mut world, verdict) = self.turn(Call::new(Operation::Rename, from, 0, 0));
        verdict.unless_lost(|| world.names.rename(from, to))
    }
}

impl Disk for SimulatedDisk {
    fn open_part(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let (mut world, verdict) = self.turn(Call::new(Operation::Open, path, 0, 0));
        let id = verdict.unless_lost(|| world.open(path))??;
        if !world.lock_file(id) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        drop(world);
        Ok(Arc::new(SimulatedFile::new(self.clone(), id, path)))
    }

    fn read(&self, path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
        let (world, verdict) = self.turn(Call::new(Operation::Read, path, 0, max_bytes));
        verdict.or_error()?;
        let id = world.named(path).ok_or(io::ErrorKind::NotFound)?;
        let bytes = world.contents(id).live();
        if bytes.len() as u64 > max_bytes {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(bytes.to_vec())
    }

    fn replace(&self, path: &Path, text: &[u8]) -> io::Result<()> {
        let mut fresh = path.as_os_str().to_owned();
        fresh.push("~");
        let fresh = Path::new(&fresh);
        let written = self
            .write_fresh(fresh, text)
            .and_then(|id| self.sync_file(id, fresh))
            .and_then(|()| self.move_over(fresh, path));
        if written.is_err() {
            let _removed = self.remove(fresh);
        }
        written
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (mut world, verdict) = self.turn(Call::new(Operation::Rename, from, 0, 0));
        let refusal = if world.named(from).is_none() || !world.has_folder_of(to) {
            Some(io::ErrorKind::NotFound)
        } else {
            world.named(to).map(|_| io::ErrorKind::AlreadyExists)
        };
        match (refusal, &verdict) {
            (Some(kind), Verdict::Done) => Err(kind.into()),
            (Some(_), verdict) => verdict.or_error(),
            (None, verdict) => verdict.unless_lost(|| world.names.rename(from, to)),
        }
    }

    fn remove(&self, path: &Path) -> io::Result<bool> {
        let (mut world, verdict) = self.turn(Call::new(Operation::Remove, path, 0, 0));
        verdict.unless_lost(|| world.names.remove(path))
    }

    fn exists(&self, path: &Path) -> bool {
        self.lock().named(path).is_some()
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let (mut world, verdict) = self.turn(Call::new(Operation::SyncFolder, folder, 0, 0));
        verdict.or_error()?;
        if !world.folders.contains(folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        world.names.sync(folder);
        Ok(())
    }
}

/// What every call says once the power is off.
fn power_is_off() -> io::Error {
    io::Error::other("the power of the simulated disk is off")
}
