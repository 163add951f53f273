//! Everything a simulated disk holds, and which call is the one that fails. Must not know how it is
//! shared.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::contents::Contents;
use super::names::Names;
use super::power_is_off;
use super::survival::{Fates, PAGE, Survival};

/// What a program asked of the disk. Of [`super::Disk::replace`] each step counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A part file was opened, or made.
    Open,
    /// Bytes were read.
    Read,
    /// The length was asked for.
    Len,
    /// Bytes were written.
    Write,
    /// The length was set.
    SetLen,
    /// Room was reserved.
    Reserve,
    /// A file was synced.
    SyncData,
    /// A file was renamed; the path is the old name.
    Rename,
    /// A file was removed.
    Remove,
    /// A folder was synced.
    SyncFolder,
}

/// One call that could have failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What was asked.
    pub operation: Operation,
    /// Of which file; an open file keeps the name that it was opened by.
    pub path: PathBuf,
    /// From where on, in bytes; 0 where that means nothing.
    pub offset: u64,
    /// How many bytes, or the length to be; 0 where that means nothing.
    pub length: u64,
}

impl Call {
    pub(super) fn new(operation: Operation, path: &Path, offset: u64, length: u64) -> Self {
        Self {
            operation,
            path: path.to_path_buf(),
            offset,
            length,
        }
    }
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// One call.
    Once,
    /// That call and all later ones.
    FromThenOn,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is done.
    Done,
    /// It fails.
    Fails(io::ErrorKind),
    /// The power fails while it is done.
    LosesPower,
    /// The power is off.
    PowerIsOff,
}

impl Verdict {
    /// The error of a call that leaves no trace.
    pub(super) fn or_error(self) -> io::Result<()> {
        match self {
            Self::Done => Ok(()),
            Self::Fails(kind) => Err(kind.into()),
            Self::LosesPower | Self::PowerIsOff => Err(power_is_off()),
        }
    }

    /// Does the work of a call that is done, or may be when the power fails.
    pub(super) fn unless_lost<T>(self, work: impl FnOnce() -> T) -> io::Result<T> {
        match self {
            Self::Done => Ok(work()),
            Self::LosesPower => {
                work();
                Err(power_is_off())
            }
            Self::Fails(_) | Self::PowerIsOff => self.or_error().map(|()| work()),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) folders: BTreeSet<PathBuf>,
    pub(super) names: Names,
    files: BTreeMap<usize, Contents>,
    open: BTreeSet<usize>,
    pub(super) calls: Vec<Call>,
    pub(super) fault: Option<(usize, io::ErrorKind, Lasts)>,
    pub(super) crash_at: Option<usize>,
    pub(super) crashed: bool,
    pub(super) capacity: Option<u64>,
    pub(super) slow: bool,
}

impl World {
    /// Counts a call and decides what becomes of it.
    pub(super) fn turn(&mut self, call: Call) -> Verdict {
        if self.crashed {
            return Verdict::PowerIsOff;
        }
        let number = self.calls.len();
        self.calls.push(call);
        if self.crash_at == Some(number) {
            self.crashed = true;
            return Verdict::LosesPower;
        }
        match self.fault {
            Some((first, kind, Lasts::FromThenOn)) if number >= first => Verdict::Fails(kind),
            Some((only, kind, Lasts::Once)) if number == only => Verdict::Fails(kind),
            _ => Verdict::Done,
        }
    }

    pub(super) fn named(&self, path: &Path) -> Option<usize> {
        self.names.get(path)
    }

    pub(super) fn has_folder_of(&self, path: &Path) -> bool {
        path.parent().is_some_and(|folder| self.folders.contains(folder))
    }

    /// The bytes of a file that has a name or is open.
    #[track_caller]
    pub(super) fn contents(&self, file: usize) -> &Contents {
        &self.files[&file]
    }

    #[track_caller]
    fn contents_mut(&mut self, file: usize) -> &mut Contents {
        self.files.entry(file).or_default()
    }

    /// The file of this name; a new one where there is none.
    pub(super) fn open(&mut self, path: &Path) -> io::Result<usize> {
        if let Some(file) = self.named(path) {
            return Ok(file);
        }
        if !self.has_folder_of(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let file = self.add(Contents::default());
        self.names.make(path, file);
        Ok(file)
    }

    fn add(&mut self, contents: Contents) -> usize {
        let file = self.files.last_key_value().map_or(0, |(last, _)| last + 1);
        self.files.insert(file, contents);
        file
    }

    pub(super) fn put(&mut self, path: &Path, bytes: &[u8]) {
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let file = self.add(Contents::safe(bytes.to_vec()));
        self.names.make(path, file);
        self.names.sync(&folder);
        self.folders.insert(folder);
    }

    /// Says whether nobody had it open.
    pub(super) fn lock_file(&mut self, file: usize) -> bool {
        self.open.insert(file)
    }

    pub(super) fn close(&mut self, file: usize) {
        self.open.remove(&file);
    }

    /// Writes what finds room.
    pub(super) fn write(&mut self, file: usize, bytes: &[u8], offset: usize) -> io::Result<()> {
        let room = self.room();
        let contents = self.contents_mut(file);
        let fits = contents.bytes_in_room(offset, bytes.len(), room);
        contents.write(&bytes[..fits], offset);
        if fits < bytes.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    pub(super) fn set_len(&mut self, file: usize, length: usize) {
        self.contents_mut(file).set_len(length);
    }

    pub(super) fn reserve(&mut self, file: usize, length: usize) -> io::Result<()> {
        let room = self.room();
        let contents = self.contents_mut(file);
        if contents.new_blocks(0, length) > room {
            return Err(io::ErrorKind::StorageFull.into());
        }
        contents.reserve(length);
        Ok(())
    }

    pub(super) fn sync_file(&mut self, file: usize, verdict: Verdict) -> io::Result<()> {
        match verdict {
            Verdict::Done => self.contents_mut(file).sync(),
            Verdict::Fails(_) => self.contents_mut(file).fail_to_sync(),
            Verdict::LosesPower | Verdict::PowerIsOff => {}
        }
        verdict.or_error()
    }

    /// Blocks that are free.
    pub(super) fn room(&self) -> usize {
        let Some(capacity) = self.capacity else {
            return usize::MAX;
        };
        let used: usize = self
            .files
            .iter()
            .filter(|(file, _)| self.open.contains(file) || self.names.holds(**file))
            .map(|(_, contents)| contents.blocks())
            .sum();
        to_usize(capacity / PAGE as u64).saturating_sub(used)
    }

    /// The disk as a power cut leaves it.
    pub(super) fn after_crash(&self, survival: Survival) -> Self {
        let mut fates = Fates::new(survival);
        let names = self.names.after_crash(&mut fates);
        let files = names
            .values()
            .map(|file| {
                (
                    *file,
                    Contents::safe(self.contents(*file).after_crash(&mut fates)),
                )
            })
            .collect();
        Self {
            folders: self.folders.clone(),
            names: Names::safe(names),
            files,
            capacity: self.capacity,
            ..Self::default()
        }
    }
}

/// Sizes of a simulated file fit into memory.
pub(super) fn to_usize(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
