//! A folder in memory for what a benchmark writes, removed at its end.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::Outcome;

/// Followed by the process number of the run.
const SCRATCH: &str = "aniworld-bench-";

/// A folder in memory where there is one.
#[derive(Debug)]
pub(super) struct ScratchFolder(pub(super) PathBuf);

impl ScratchFolder {
    pub(super) fn new() -> Outcome<Self> {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() {
            memory.to_path_buf()
        } else {
            std::env::temp_dir()
        };
        remove_abandoned(&parent);
        let folder = Self(parent.join(format!("{SCRATCH}{}", std::process::id())));
        folder.sub("files")?;
        Ok(folder)
    }

    /// A folder in it.
    pub(super) fn sub(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.0.join(name);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder)
    }
}

/// A run that was killed leaves a gigabyte of memory behind; the next one takes it back.
fn remove_abandoned(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(SCRATCH));
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            drop(ScratchFolder(entry.path()));
        }
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{} stays behind: {error}", self.0.display());
        }
    }
}
