//! Without a fault it is a plain disk: whatever is asked, the real one answers the same.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::{Disk, DiskFile, SimulatedDisk};
use crate::disk::RealDisk;

const NAMES: [&str; 4] = ["a", "b", "a~", "c"];

#[derive(Debug, Clone)]
enum Step {
    Open(usize),
    Close(usize),
    Write(usize, Vec<u8>, u16),
    Read(usize, u16, u16),
    SetLen(usize, u16),
    Reserve(usize, u16),
    Sync(usize),
    Forget(usize),
    HasName(usize, usize),
    ReadWhole(usize, u16),
    Replace(usize, Vec<u8>),
    Rename(usize, usize),
    Remove(usize),
    Exists(usize),
    SyncFolder,
    NoFolder,
}

fn step() -> impl Strategy<Value = Step> {
    let name = || 0..NAMES.len();
    let bytes = || prop::collection::vec(any::<u8>(), 0..5_000);
    let number = || 0_u16..9_000;
    prop_oneof![
        4 => name().prop_map(Step::Open),
        2 => name().prop_map(Step::Close),
        6 => (name(), bytes(), number()).prop_map(|(name, bytes, at)| Step::Write(name, bytes, at)),
        3 => (name(), number(), number()).prop_map(|(name, at, length)| Step::Read(name, at, length)),
        2 => (name(), number()).prop_map(|(name, length)| Step::SetLen(name, length)),
        2 => (name(), 1_u16..9_000).prop_map(|(name, length)| Step::Reserve(name, length)),
        1 => name().prop_map(Step::Sync),
        1 => name().prop_map(Step::Forget),
        2 => (name(), name()).prop_map(|(file, name)| Step::HasName(file, name)),
        3 => (name(), number()).prop_map(|(name, most)| Step::ReadWhole(name, most)),
        2 => (name(), bytes()).prop_map(|(name, text)| Step::Replace(name, text)),
        3 => (name(), name()).prop_map(|(from, to)| Step::Rename(from, to)),
        2 => name().prop_map(Step::Remove),
        1 => name().prop_map(Step::Exists),
        1 => Just(Step::SyncFolder),
        1 => Just(Step::NoFolder),
    ]
}

/// A disk, one of its folders, and what is open.
struct Side<'a> {
    disk: &'a dyn Disk,
    folder: &'a Path,
    open: BTreeMap<usize, Arc<dyn DiskFile>>,
}

impl Side<'_> {
    /// Takes a step and says in words what came of it.
    fn take(&mut self, step: &Step) -> String {
        let at = |name: usize| self.folder.join(NAMES[name]);
        match step {
            Step::Open(name) => match self.disk.open_part(&at(*name)) {
                Ok(file) => {
                    let length = words(file.len());
                    self.open.insert(*name, file);
                    length
                }
                Err(error) => words::<u64>(Err(error)),
            },
            Step::Close(name) => self.open.remove(name).is_some().to_string(),
            Step::ReadWhole(name, most) => words(self.disk.read(&at(*name), (*most).into())),
            Step::Replace(name, text) => words(self.disk.replace(&at(*name), text)),
            Step::Rename(from, to) => words(self.disk.rename_new(&at(*from), &at(*to))),
            Step::Remove(name) => words(self.disk.remove(&at(*name))),
            Step::Exists(name) => self.disk.exists(&at(*name)).to_string(),
            Step::SyncFolder => words(self.disk.sync_folder(self.folder)),
            Step::NoFolder => self.without_folder(),
            Step::HasName(file, name) => match self.open.get(file) {
                Some(file) => file.has_name(&at(*name)).to_string(),
                None => String::new(),
            },
            Step::Write(file, ..)
            | Step::Read(file, ..)
            | Step::SetLen(file, _)
            | Step::Reserve(file, _)
            | Step::Sync(file)
            | Step::Forget(file) => match self.open.get(file) {
                Some(file) => on_file(file.as_ref(), step),
                None => String::new(),
            },
        }
    }

    fn without_folder(&self) -> String {
        let nowhere = self.folder.join("nowhere");
        let inside = nowhere.join("a");
        [
            words(self.disk.open_part(&inside).map(|_| ())),
            words(self.disk.replace(&inside, b"text")),
            words(self.disk.rename_new(&self.folder.join(NAMES[0]), &inside)),
            words(self.disk.sync_folder(&nowhere)),
            words(self.disk.remove(&inside)),
        ]
        .join(" ")
    }
}

fn on_file(file: &dyn DiskFile, step: &Step) -> String {
    match step {
        Step::Write(_, bytes, at) => words(file.write_all_at(bytes, (*at).into())),
        Step::Read(_, at, length) => {
            let mut buffer = vec![0; usize::from(*length)];
            let read = file.read_at(&mut buffer, (*at).into());
            words(read.map(|read| buffer[..read].to_vec()))
        }
        Step::SetLen(_, length) => words(file.set_len((*length).into())),
        // a system that cannot reserve says so; the caller makes the file longer then
        Step::Reserve(_, length) => words(match file.reserve((*length).into()) {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                let longer = file.len().map(|now| now.max((*length).into()));
                longer.and_then(|longer| file.set_len(longer))
            }
            reserved => reserved,
        }),
        Step::Sync(_) => words(file.sync_data()),
        _ => {
            file.forget_cached(0, 4_096);
            words(file.is_empty())
        }
    }
}

fn words<T: std::fmt::Debug>(result: io::Result<T>) -> String {
    match result {
        Ok(value) => format!("{value:?}"),
        Err(error) => format!("{:?}", error.kind()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn the_real_disk_answers_the_same(steps in prop::collection::vec(step(), 1..60)) {
        let folder = tempfile::tempdir().unwrap();
        let simulated = SimulatedDisk::new(folder.path());
        let mut real = Side { disk: &RealDisk, folder: folder.path(), open: BTreeMap::new() };
        let mut ours = Side { disk: &simulated, folder: folder.path(), open: BTreeMap::new() };
        for (number, step) in steps.iter().enumerate() {
            prop_assert_eq!(real.take(step), ours.take(step), "step {}: {:?}", number, step);
        }
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        names.sort();
        prop_assert_eq!(&names, &simulated.names());
        for name in &names {
            prop_assert_eq!(std::fs::read(name).unwrap(), simulated.contents(name).unwrap());
        }
    }
}
