//! One data folder with all its services: opened, refused, filled, closed. In temporary folders only.

mod crashed;
mod demo;
mod folders;
mod opening;
mod sources;
mod transfers;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;

fn options(folder: &Path) -> OpenOptions {
    OpenOptions {
        data_dir: folder.join("data"),
        config_dir: folder.join("config"),
        holder: "the first program".to_owned(),
        retry: RetryPolicy::default(),
        run_queue: true,
    }
}

async fn open(folder: &Path) -> Aniworld {
    Aniworld::open(options(folder)).await.unwrap()
}

/// An opened data folder beside an empty library that was not chosen yet.
async fn fresh() -> (TempDir, Aniworld) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("library")).unwrap();
    let aniworld = open(folder.path()).await;
    (folder, aniworld)
}

/// Every file of a folder with what is in it.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.is_file())
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect()
}
