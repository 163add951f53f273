//! A film at a server, as a file or as a stream, and a transfer of it onto a simulated disk. Must not know what
//! goes wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aniworld_testkit::fault::{FaultServer, Script, ServedFile};
use aniworld_testkit::media::mpeg_ts;
use aniworld_transfer::disk::{Operation, SimulatedDisk, Survival};
use aniworld_transfer::{
    Connections, Control, Engine, EngineOptions, FetchRequest, Fetched, Observer, RetryPolicy, TransferError,
    TransferEvent, manifest_path, part_path,
};
use url::Url;

use crate::web::Web;

/// The only folder of every disk here.
const FOLDER: &str = "/films";
/// So many bytes are made safe at a time: few enough for many checkpoints in a short film.
pub(crate) const CHECKPOINT_BYTES: u64 = 100_000;
/// Fewer bytes of a file are fetched again: they could not be compared with what comes.
pub(crate) const LEAST_RESUMED: u64 = 64 << 10;
/// A stream has so many pieces, of packets of this size (ISO/IEC 13818-1, section 2.4.3.2).
const PIECES: usize = 24;
const PACKET_BYTES: usize = 188;
/// Longer than any of these transfers takes: whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_mins(2);

/// How a film is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As one file, to so many connections.
    File(u8),
    /// As an HLS stream of many pieces.
    Stream,
}

/// A film that a server offers.
pub(crate) struct Film {
    server: Server,
    pub(crate) bytes: Vec<u8>,
    pub(crate) kind: Kind,
}

enum Server {
    File(FaultServer),
    Stream(Web),
}

struct Nobody;

impl Observer for Nobody {
    fn event(&self, _event: TransferEvent) {}
}

/// Bytes that differ from their neighbours and, by `seed`, from those of another film.
pub(crate) fn bytes(seed: u32, length: u32) -> Vec<u8> {
    (0..length)
        .map(|at| (at.wrapping_add(seed).wrapping_mul(2_654_435_761) >> 23).to_le_bytes()[0])
        .collect()
}

impl Film {
    pub(crate) fn new(length: u32, kind: Kind) -> Self {
        let (server, bytes) = match kind {
            Kind::File(_) => {
                let bytes = bytes(0, length);
                let script = Script::of(version(&bytes, 0));
                (Server::File(FaultServer::start(script).unwrap()), bytes)
            }
            Kind::Stream => {
                let packets = length as usize / PACKET_BYTES / PIECES;
                let pieces: Vec<_> = (0_u32..)
                    .take(PIECES)
                    .map(|piece| mpeg_ts(piece, packets))
                    .collect();
                (Server::Stream(Web::files(stream(&pieces))), pieces.concat())
            }
        };
        Self { server, bytes, kind }
    }

    /// Serves another version from now on.
    pub(crate) fn replace(&self, bytes: &[u8], tag: u64) {
        match &self.server {
            Server::File(server) => server.serve(version(bytes, tag)),
            Server::Stream(_) => panic!("streams are not replaced here"),
        }
    }

    fn url(&self) -> String {
        match &self.server {
            Server::File(server) => server.url("/film.ts"),
            Server::Stream(web) => web.url("film.m3u8"),
        }
    }

    /// Fetches it to the end, whatever that is.
    pub(crate) async fn fetch(&self, disk: &SimulatedDisk) -> Result<Fetched, TransferError> {
        let options = EngineOptions {
            checkpoint_bytes: CHECKPOINT_BYTES,
            ..EngineOptions::default()
        };
        let engine = Engine::with_disk(&options, Arc::new(disk.clone())).unwrap();
        let connections = if let Kind::File(connections) = self.kind {
            connections
        } else {
            8
        };
        let request = FetchRequest {
            connections: Connections::Exactly(connections),
            manifest: true,
            retry: RetryPolicy {
                tries: 3,
                base: Duration::ZERO,
                cap: Duration::ZERO,
                stall: Duration::from_mins(1),
            },
            ..FetchRequest::new(Url::parse(&self.url()).unwrap(), target())
        };
        let control = Control::new();
        let fetched = engine.fetch(&request, &control, &Nobody);
        tokio::time::timeout(PATIENCE, fetched)
            .await
            .expect("a transfer hangs")
    }

    /// What a crash in the middle left: something that can be resumed.
    pub(crate) async fn half_way(&self) -> SimulatedDisk {
        let whole = new_disk();
        self.fetch(&whole).await.unwrap();
        // runs differ in the number of their calls: one crash in the middle is found soon
        for eighths in [6, 5, 4, 3] {
            let crashed = new_disk();
            crashed.crash_at(whole.count() * eighths / 8);
            let _said = self.fetch(&crashed).await;
            let left = crashed.reboot(Survival::Nothing);
            if left.contents(&target()).is_none() && vouched(&left) >= LEAST_RESUMED {
                return left;
            }
        }
        panic!("no crash in the middle left anything that could be resumed");
    }

    /// The bytes under the final name are these or none.
    #[track_caller]
    pub(crate) fn assert_right_or_absent(&self, disk: &SimulatedDisk, story: &str) {
        if let Some(found) = disk.contents(&target()) {
            assert!(found == self.bytes, "a wrong file has the final name: {story}");
        }
    }

    /// The film is there, right to the byte, and nothing else but its manifest.
    #[track_caller]
    pub(crate) fn assert_published(&self, disk: &SimulatedDisk, story: &str) {
        self.assert_there(disk, story);
        let allowed = [target(), manifest_path(&target())];
        let names = disk.names();
        assert!(
            names.iter().all(|name| allowed.contains(name)),
            "{names:?} stay behind: {story}"
        );
    }

    /// The film is there, right to the byte. Its journal may be, too, where a power cut came before the removal
    /// was safe: the next call that finds the film removes it.
    #[track_caller]
    pub(crate) fn assert_there(&self, disk: &SimulatedDisk, story: &str) {
        let found = disk.contents(&target());
        assert!(found.is_some(), "it is not there: {story}");
        self.assert_right_or_absent(disk, story);
    }
}

/// A list and its pieces, by name.
fn stream(pieces: &[Vec<u8>]) -> BTreeMap<String, Vec<u8>> {
    let mut list = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n".to_owned();
    let mut files = BTreeMap::new();
    for (number, piece) in pieces.iter().enumerate() {
        let name = format!("{number}.ts");
        list = list + "#EXTINF:4,\n" + &name + "\n";
        files.insert(name, piece.clone());
    }
    list += "#EXT-X-ENDLIST\n";
    files.insert("film.m3u8".to_owned(), list.into_bytes());
    files
}

/// A version of a film, with a validator of its own.
pub(crate) fn version(bytes: &[u8], number: u64) -> ServedFile {
    ServedFile::new(bytes).etag(&format!("\"{number}\""))
}

pub(crate) fn new_disk() -> SimulatedDisk {
    SimulatedDisk::new(Path::new(FOLDER))
}

pub(crate) fn target() -> PathBuf {
    Path::new(FOLDER).join("film.ts")
}

/// The bytes that the journal on this disk vouches for, as ranges. A journal without the name of its part file
/// survives only where neither was made safe.
fn vouched_ranges(disk: &SimulatedDisk) -> Vec<(u64, u64)> {
    if disk.contents(&part_path(&target())).is_none() {
        return Vec::new();
    }
    let mut journal = part_path(&target()).into_os_string();
    journal.push(".json");
    let Some(text) = disk.contents(Path::new(&journal)) else {
        return Vec::new();
    };
    let journal: serde_json::Value = serde_json::from_slice(&text).expect("a torn journal");
    let Some(pieces) = journal["pieces"].as_array() else {
        return serde_json::from_value(journal["done"].clone()).expect("ranges");
    };
    // those of a stream stand one behind the other
    vec![(0, pieces.iter().filter_map(|piece| piece["b"].as_u64()).sum())]
}

/// How many bytes the journal on this disk vouches for.
pub(crate) fn vouched(disk: &SimulatedDisk) -> u64 {
    vouched_ranges(disk).iter().map(|(start, end)| end - start).sum()
}

/// How many bytes of the film came: those that were there, and those that were written since.
pub(crate) fn came(before: &SimulatedDisk, after: &SimulatedDisk, length: u32) -> u64 {
    let mut here = vec![0_u8; usize::try_from(length).unwrap()];
    for (start, end) in vouched_ranges(before).into_iter().chain(written(after)) {
        let place = usize::try_from(start).unwrap()..usize::try_from(end).unwrap();
        here[place].fill(1);
    }
    here.iter().copied().map(u64::from).sum()
}

/// What was written to the part file by the calls so far.
pub(crate) fn written(disk: &SimulatedDisk) -> Vec<(u64, u64)> {
    let part = part_path(&target());
    let calls = disk.calls().into_iter();
    calls
        .filter(|call| call.operation == Operation::Write && call.path == part)
        .map(|call| (call.offset, call.offset + call.length))
        .collect()
}
