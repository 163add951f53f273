//! Remuxing with the real ffmpeg: what comes out, what is refused, and what stays behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod join;
mod media;
mod names;
#[cfg(unix)]
mod trouble;

use std::path::{Path, PathBuf};
use std::time::Duration;

use aniworld_transfer::remux::{Ffmpeg, Remux, RemuxInput, Remuxed, remux, remux_path};
use aniworld_transfer::stream::TrackKind;
use aniworld_transfer::{Control, TransferError};

/// The installed one.
async fn ffmpeg() -> Ffmpeg {
    Ffmpeg::find(std::env::var_os("PATH").as_deref())
        .await
        .expect("this test needs the Debian package ffmpeg")
}

fn input(kind: TrackKind, path: PathBuf) -> RemuxInput {
    RemuxInput {
        path,
        kind,
        language: None,
        name: None,
        offset_us: 0,
    }
}

async fn remuxed(inputs: &[RemuxInput], target: &Path) -> Result<Remuxed, TransferError> {
    let job = Remux {
        inputs,
        target,
        duration: Some(Duration::from_secs(6)),
        rounding: Duration::ZERO,
    };
    remux(&ffmpeg().await, &job, &Control::new(), &|_| {}).await
}

/// No file but these is in the folder.
fn assert_only(folder: &Path, wanted: &[&str]) {
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, wanted);
}

/// It failed in words, and nothing was left under the hidden or the final name.
fn assert_clean_failure(result: Result<Remuxed, TransferError>, target: &Path, words: &str) {
    let error = result.unwrap_err();
    assert!(
        error.to_string().contains(words),
        "{error} does not say {words:?}"
    );
    assert!(!target.exists());
    assert!(!remux_path(target).exists());
}
