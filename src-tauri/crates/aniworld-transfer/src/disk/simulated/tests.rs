//! The simulated disk itself: as a plain disk, and when power or calls fail.

mod cuts;
mod faults;
mod plain;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Disk, DiskFile, SimulatedDisk};

/// The one folder of these tests.
const FOLDER: &str = "/films";

fn disk() -> SimulatedDisk {
    SimulatedDisk::new(Path::new(FOLDER))
}

fn path(name: &str) -> PathBuf {
    Path::new(FOLDER).join(name)
}

/// A file whose name and first bytes are safe.
fn safe_file(disk: &SimulatedDisk, name: &str, bytes: &[u8]) -> Arc<dyn DiskFile> {
    disk.put(&path(name), bytes);
    disk.open_part(&path(name)).unwrap()
}

fn sync(disk: &SimulatedDisk) {
    disk.sync_folder(Path::new(FOLDER)).unwrap();
}
