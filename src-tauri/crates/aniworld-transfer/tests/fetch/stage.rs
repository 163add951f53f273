//! A server with a script, a folder, and what may be said about both afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aniworld_testkit::fault::{FaultServer, Script};
use aniworld_testkit::media;
use aniworld_transfer::{
    Checksum, Connections, Control, Engine, EngineOptions, Expects, FetchRequest, Fetched, Proof,
    RetryPolicy, part_path,
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use url::Url;

use crate::running::{Outcome, Running};

const FILM: &str = "film.mp4";

/// So many bytes come twice where a transfer goes on, and are compared.
pub(crate) const OVERLAP: u64 = 64 << 10;
/// The usual film, and where its first answer usually breaks off.
pub(crate) const WHOLE: u64 = 400_000;
pub(crate) const CUT: u64 = 160_000;
/// Shorter ones cannot be a film.
pub(crate) const SHORTEST_FILM: u64 = 1 << 10;

/// A film of this length that plays. Another `seed` gives another one in every part; what is too short for a
/// film is noise.
pub(crate) fn film(seed: u32, length: u64) -> Vec<u8> {
    let bytes = usize::try_from(length).unwrap();
    if length < SHORTEST_FILM {
        media::noise(seed, bytes)
    } else {
        media::mp4(seed, bytes)
    }
}

/// The beginning of something.
pub(crate) fn first(bytes: &[u8], count: u64) -> &[u8] {
    &bytes[..usize::try_from(count).unwrap()]
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<Checksum> {
    vec![Checksum::Sha256(Sha256::digest(bytes).into())]
}

pub(crate) fn new_engine() -> Engine {
    new_engine_with(&EngineOptions::default())
}

pub(crate) fn new_engine_with(options: &EngineOptions) -> Engine {
    Engine::new(options).unwrap()
}

pub(crate) struct Stage {
    pub(crate) server: FaultServer,
    pub(crate) engine: Engine,
    folder: TempDir,
}

impl Stage {
    pub(crate) fn new(script: Script) -> Self {
        Self::with_engine(script, new_engine())
    }

    pub(crate) fn with_engine(script: Script, engine: Engine) -> Self {
        Self {
            server: FaultServer::start(script).unwrap(),
            engine,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn target(&self) -> PathBuf {
        self.folder().join(FILM)
    }

    pub(crate) fn part(&self) -> PathBuf {
        part_path(&self.target())
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder().join(format!(".{FILM}.part.json"))
    }

    /// Host and port, as errors name them.
    pub(crate) fn host(&self) -> String {
        self.server.url("").trim_start_matches("http://").to_owned()
    }

    /// The film, three tries without pauses between them, and all the patience of the world.
    pub(crate) fn request(&self) -> FetchRequest {
        self.request_for(&self.server.url("/film.mp4"))
    }

    pub(crate) fn request_for(&self, url: &str) -> FetchRequest {
        FetchRequest {
            expects: Expects::Media,
            connections: Connections::Exactly(1),
            retry: RetryPolicy {
                tries: 3,
                base: Duration::ZERO,
                cap: Duration::ZERO,
                stall: Duration::from_hours(1),
            },
            ..FetchRequest::new(Url::parse(url).unwrap(), self.target())
        }
    }

    pub(crate) fn start(&self, request: FetchRequest) -> Running {
        Running::start(self.engine.clone(), request, Control::new())
    }

    /// Runs one transfer to its end.
    pub(crate) async fn fetch(&self, request: FetchRequest) -> Outcome {
        self.start(request).end().await
    }

    /// `Range` and `If-Range` of all requests so far.
    pub(crate) fn asked(&self) -> Vec<Option<(String, String)>> {
        self.server
            .requests()
            .iter()
            .map(|request| match (request.range(), request.if_range()) {
                (None, None) => None,
                (range, condition) => Some((
                    range.unwrap_or("none").to_owned(),
                    condition.unwrap_or("none").to_owned(),
                )),
            })
            .collect()
    }

    /// The names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.folder())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The film is there, right to the byte, and nothing else.
    #[track_caller]
    pub(crate) fn assert_published(&self, bytes: &[u8]) {
        assert_eq!(self.names(), [FILM]);
        assert!(
            fs::read(self.target()).unwrap() == bytes,
            "other bytes than the server's"
        );
    }

    /// Nothing is under the final name; these bytes can be resumed.
    #[track_caller]
    pub(crate) fn assert_kept(&self, bytes: &[u8]) {
        assert_eq!(self.names(), [".film.mp4.part", ".film.mp4.part.json"]);
        assert!(
            fs::read(self.part()).unwrap() == bytes,
            "other bytes than those that came"
        );
    }

    /// The folder is as empty as before.
    #[track_caller]
    pub(crate) fn assert_no_trace(&self) {
        assert_eq!(self.names(), [""; 0]);
    }
}

/// A request for what is missing behind `offset`, if the file is still of this version. The bytes before come
/// once more, to be compared.
#[expect(clippy::unnecessary_wraps, reason = "compared with what was asked")]
pub(crate) fn rest(offset: u64, condition: &str) -> Option<(String, String)> {
    Some((format!("bytes={}-", offset - OVERLAP), condition.to_owned()))
}

/// A finished transfer.
#[expect(clippy::unnecessary_wraps, reason = "compared with an outcome")]
pub(crate) fn done(bytes: u64, resumed_from: u64) -> Outcome {
    Ok(Fetched {
        bytes,
        resumed_from,
        proof: Proof::Whole,
    })
}
