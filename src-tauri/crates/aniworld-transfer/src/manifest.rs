//! The manifest of a finished file: hashes of its blocks, kept beside it for later repairs.

use serde::{Deserialize, Serialize};

use crate::blocks::Blocks;
use crate::hash::Hash;
use crate::journal::Journal;

/// The version that this program writes.
const VERSION: u32 = 1;

/// What is known about the blocks of a finished file. Lies beside it as [`crate::manifest_path`], as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    version: u32,
    /// The size of the file in bytes.
    bytes: u64,
    /// Where it came from, without credentials.
    url: String,
    /// What told its version at the server.
    validator: Option<crate::journal::Validator>,
    /// The size of every block but the last, in bytes.
    block_bytes: u64,
    /// The XXH3 hash of every block with 128 bits, in order, in hexadecimal.
    xxh3_128: Vec<Hash>,
}

impl Manifest {
    /// The manifest of a whole file; `None` where the hash of a block is missing.
    pub(crate) fn new(bytes: u64, blocks: &Blocks, journal: &Journal) -> Option<Self> {
        Some(Self {
            version: VERSION,
            bytes,
            url: journal.url.clone(),
            validator: journal.validator.clone(),
            block_bytes: blocks.block_bytes(),
            xxh3_128: blocks.whole(bytes)?,
        })
    }

    /// Its text.
    pub(crate) fn text(&self) -> Vec<u8> {
        // a struct of numbers and texts has no way to fail
        serde_json::to_vec(self).unwrap_or_default()
    }
}
