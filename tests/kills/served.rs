//! What the server offers, in versions. Must not know who fetches it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aniworld_testkit::media::mpeg_ts;
use aniworld_tests::Outcome;
use sha2::{Digest, Sha256};

use crate::chance::Chance;
use crate::trial::Kind;

/// How a file is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replacement {
    /// With another date, as one would.
    Dated,
    /// With the same size and within the same second: nginx gives it the same `ETag` and date.
    SameTag,
}

/// A stream has so many pieces, of packets of this size (ISO/IEC 13818-1, section 2.4.3.2).
const PIECES: usize = 24;
const PACKET_BYTES: usize = 188;

/// A film on the server.
#[derive(Debug)]
pub(crate) struct Served {
    folder: PathBuf,
    kind: Kind,
    length: usize,
    modified: SystemTime,
    /// SHA-256 of all versions, the served one last.
    versions: Vec<String>,
}

impl Served {
    pub(crate) fn new(folder: &Path, kind: Kind, length: usize, chance: &mut Chance) -> Outcome<Self> {
        let mut served = Self {
            folder: folder.to_path_buf(),
            kind,
            length,
            // old enough for its date to be a strong validator
            modified: SystemTime::now() - Duration::from_hours(24),
            versions: Vec::new(),
        };
        served.write(chance)?;
        Ok(served)
    }

    pub(crate) fn replace(&mut self, how: Replacement, chance: &mut Chance) -> Outcome {
        if how == Replacement::Dated {
            self.modified += Duration::from_hours(1);
            // longer or shorter, by a little or not at all
            self.length = self.length - 1_000 + usize::try_from(chance.below(3))? * 1_000;
        }
        self.write(chance)
    }

    fn write(&mut self, chance: &mut Chance) -> Outcome {
        let whole = match self.kind {
            Kind::File { .. } => {
                let bytes = chance.bytes(self.length);
                self.put(self.kind.address(), &bytes)?;
                bytes
            }
            Kind::Stream => self.write_stream(chance)?,
        };
        self.versions.push(format!("{:x}", Sha256::digest(&whole)));
        Ok(())
    }

    /// The list is the same in all versions, and so are the names of the pieces.
    fn write_stream(&self, chance: &mut Chance) -> Outcome<Vec<u8>> {
        let mut list = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n".to_owned();
        let mut whole = Vec::new();
        for number in 0..PIECES {
            let seed = u32::try_from(chance.below(u32::MAX.into()))?;
            let piece = mpeg_ts(seed, self.length / PIECES / PACKET_BYTES);
            let name = format!("{number}.ts");
            self.put(&name, &piece)?;
            list = list + "#EXTINF:4,\n" + &name + "\n";
            whole.extend(piece);
        }
        list += "#EXT-X-ENDLIST\n";
        self.put(self.kind.address(), list.as_bytes())?;
        Ok(whole)
    }

    /// At once, as every careful server does it: the old file stays what it was for whoever reads it.
    fn put(&self, name: &str, bytes: &[u8]) -> Outcome {
        let fresh = self.folder.join("fresh");
        fs::write(&fresh, bytes)?;
        let file = File::options().append(true).open(&fresh)?;
        file.set_modified(self.modified)?;
        fs::rename(&fresh, self.folder.join(name))?;
        Ok(())
    }

    pub(crate) fn length(&self) -> u64 {
        self.length as u64
    }

    /// The number of the version with this SHA-256.
    pub(crate) fn version_of(&self, sha256: &str) -> Option<usize> {
        self.versions.iter().rposition(|version| version == sha256)
    }

    /// The number of the served version.
    pub(crate) fn version(&self) -> usize {
        self.versions.len() - 1
    }
}
