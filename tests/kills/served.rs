//! What the server offers, in versions. Must not know who fetches it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aniworld_tests::Outcome;
use sha2::{Digest, Sha256};

use crate::chance::Chance;

/// How a file is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replacement {
    /// With another date, as one would.
    Dated,
    /// With the same size and within the same second: nginx gives it the same `ETag` and date.
    SameTag,
}

/// A file on the server.
#[derive(Debug)]
pub(crate) struct Served {
    path: PathBuf,
    length: usize,
    modified: SystemTime,
    /// SHA-256 of all versions, the served one last.
    versions: Vec<String>,
}

impl Served {
    pub(crate) fn new(folder: &Path, length: usize, chance: &mut Chance) -> Outcome<Self> {
        let mut served = Self {
            path: folder.join("film.bin"),
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

    /// At once, as every careful server does it: the old file stays what it was for whoever reads it.
    fn write(&mut self, chance: &mut Chance) -> Outcome {
        let fresh = self.path.with_extension("fresh");
        let bytes = chance.bytes(self.length);
        fs::write(&fresh, &bytes)?;
        File::options()
            .append(true)
            .open(&fresh)?
            .set_modified(self.modified)?;
        fs::rename(&fresh, &self.path)?;
        self.versions.push(format!("{:x}", Sha256::digest(&bytes)));
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
