//! DASH from end to end: made by an encoder, served by nginx, fetched by the engine, put together by ffmpeg.
//! What comes out decodes to the same frames as when ffmpeg reads the manifest itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod encoded;
mod plays;
mod refused;

use std::fs;
use std::path::{Path, PathBuf};

use aniworld_transfer::{
    Control, Engine, EngineOptions, Expects, FetchRequest, Fetched, Observer, TransferError, TransferEvent,
};
use tempfile::TempDir;
use url::Url;

/// Hears nothing.
struct Deaf;

impl Observer for Deaf {
    fn event(&self, _: TransferEvent) {}
}

/// A folder to fetch into.
struct Stage {
    folder: TempDir,
    target: PathBuf,
}

impl Stage {
    /// `name` of the file that is wanted.
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join(name);
        Self { folder, target }
    }

    async fn fetch(&self, url: &str) -> Result<Fetched, TransferError> {
        let engine = Engine::new(&EngineOptions::default()).unwrap();
        let request = FetchRequest {
            expects: Expects::Media,
            ..FetchRequest::new(Url::parse(url).unwrap(), self.target.clone())
        };
        engine.fetch(&request, &Control::new(), &Deaf).await
    }

    /// The finished file, beside which nothing stands.
    fn published(&self) -> &Path {
        assert_eq!(self.names(), [self.target.file_name().unwrap().to_string_lossy()]);
        &self.target
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}
