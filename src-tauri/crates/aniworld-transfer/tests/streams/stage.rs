//! An engine, a folder, a transfer of a stream, and what may be said about it afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use aniworld_transfer::{
    Control, Engine, EngineOptions, Expects, FetchRequest, Fetched, Observer, RetryPolicy, TransferError,
    TransferEvent,
};
use tempfile::TempDir;
use tokio::sync::watch;
use url::Url;

pub(crate) type Outcome = Result<Fetched, TransferError>;

pub(crate) struct Stage {
    engine: Engine,
    folder: TempDir,
    target: PathBuf,
}

/// Remembers all events.
#[derive(Default)]
pub(crate) struct Ear {
    pub(crate) events: Mutex<Vec<TransferEvent>>,
    bytes: watch::Sender<u64>,
}

impl Observer for Ear {
    fn event(&self, event: TransferEvent) {
        if let TransferEvent::Progress { bytes, .. } = event {
            self.bytes.send_replace(bytes);
        }
        self.events.lock().unwrap().push(event);
    }
}

impl Ear {
    /// Returns once so many bytes are reported.
    pub(crate) async fn heard(&self, wanted: u64) {
        let mut bytes = self.bytes.subscribe();
        let _ = bytes.wait_for(|bytes| *bytes >= wanted).await;
    }
}

impl Stage {
    /// `name` of the file that is wanted.
    pub(crate) fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            engine: Engine::new(&EngineOptions::default()).unwrap(),
            target: folder.path().join(name),
            folder,
        }
    }

    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Three tries without pauses between them, and all the patience of the world.
    pub(crate) fn request(&self, url: &str) -> FetchRequest {
        FetchRequest {
            expects: Expects::Media,
            retry: RetryPolicy {
                tries: 3,
                base: Duration::ZERO,
                cap: Duration::ZERO,
                stall: Duration::from_mins(10),
            },
            ..FetchRequest::new(Url::parse(url).unwrap(), self.target.clone())
        }
    }

    pub(crate) async fn fetch(&self, url: &str) -> Outcome {
        self.fetch_with(url, &Control::new(), &Ear::default()).await
    }

    /// Any file, not only media.
    pub(crate) async fn fetch_any(&self, url: &str) -> Outcome {
        let request = FetchRequest {
            expects: Expects::AnyFile,
            ..self.request(url)
        };
        self.fetch_request(&request).await
    }

    pub(crate) async fn fetch_request(&self, request: &FetchRequest) -> Outcome {
        self.engine.fetch(request, &Control::new(), &Ear::default()).await
    }

    pub(crate) async fn fetch_so(&self, request: &FetchRequest, control: &Control, ear: &Ear) -> Outcome {
        self.engine.fetch(request, control, ear).await
    }

    pub(crate) async fn fetch_with(&self, url: &str, control: &Control, ear: &Ear) -> Outcome {
        self.engine.fetch(&self.request(url), control, ear).await
    }

    /// The bytes of the finished file, beside which nothing stands.
    pub(crate) fn published(&self) -> Vec<u8> {
        let name = self.target.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(self.names(), [name]);
        fs::read(&self.target).unwrap()
    }

    /// The names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// A segment of MPEG-TS as far as a downloader looks: sync bytes, and noise of its own.
pub(crate) fn segment(seed: usize, packets: usize) -> Vec<u8> {
    let mut state = seed as u64 + 1;
    let mut bytes = Vec::with_capacity(packets * 188);
    for at in 0..packets * 188 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
        bytes.push(if at % 188 == 0 { 0x47 } else { (state >> 56) as u8 });
    }
    bytes
}

/// A stream of so many segments, `list.m3u8` and `0.ts` on, and the file that it should become.
pub(crate) fn stream(segments: usize) -> (BTreeMap<String, Vec<u8>>, Vec<u8>) {
    let mut files = BTreeMap::new();
    let mut list = String::from("#EXTM3U\n#EXT-X-TARGETDURATION:4\n");
    let mut whole = Vec::new();
    for index in 0..segments {
        let bytes = segment(index, 100 + index);
        whole.extend_from_slice(&bytes);
        files.insert(format!("{index}.ts"), bytes);
        list += "#EXTINF:4,\n";
        list += &index.to_string();
        list += ".ts\n";
    }
    list.push_str("#EXT-X-ENDLIST\n");
    files.insert("list.m3u8".to_owned(), list.into_bytes());
    (files, whole)
}
