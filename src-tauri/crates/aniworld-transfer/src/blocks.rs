//! Hashes of a file's blocks, computed as its bytes come. Must not read or write files.
//!
//! They are the manifest that stays beside a finished file: a damaged block can be found and
//! fetched again without the rest.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::hash::{Hash, Hasher};
use crate::ranges::RangeSet;

/// The usual size of a block.
const BLOCK_BYTES: u64 = 4 << 20;
/// More blocks than this are not kept: larger files have larger blocks.
const MAX_BLOCKS: u64 = 4096;

/// The hashes so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Blocks {
    /// The size of every block but the last.
    block_bytes: u64,
    /// Whole blocks by their place in the file.
    done: BTreeMap<u64, Hash>,
}

/// Computes them, and holds the blocks that are not whole yet.
#[derive(Debug)]
pub(crate) struct BlockHasher {
    total: Option<u64>,
    blocks: Blocks,
    open: HashMap<u64, (u64, Hasher)>,
}

impl Blocks {
    /// For a file of this size.
    pub(crate) fn new(total: Option<u64>) -> Self {
        let wanted = total.unwrap_or(0).div_ceil(MAX_BLOCKS).max(BLOCK_BYTES);
        Self {
            block_bytes: wanted.next_power_of_two(),
            done: BTreeMap::new(),
        }
    }

    /// Whether it can be what this program wrote.
    pub(crate) fn is_sound(&self) -> bool {
        self.block_bytes >= BLOCK_BYTES && self.block_bytes.is_power_of_two()
    }

    /// The size of every block but the last.
    pub(crate) fn block_bytes(&self) -> u64 {
        self.block_bytes
    }

    /// All hashes of a file of this size, in order; `None` where one is missing.
    pub(crate) fn whole(&self, total: u64) -> Option<Vec<Hash>> {
        (0..total.div_ceil(self.block_bytes))
            .map(|block| self.done.get(&block).copied())
            .collect()
    }

    /// The blocks of a file of this size that have no hash: place and extent.
    pub(crate) fn missing(&self, total: u64) -> Vec<(u64, u64, u64)> {
        (0..total.div_ceil(self.block_bytes))
            .filter(|block| !self.done.contains_key(block))
            .map(|block| {
                let start = block * self.block_bytes;
                (block, start, (start + self.block_bytes).min(total))
            })
            .collect()
    }

    /// Sets the hash of one block.
    pub(crate) fn set(&mut self, block: u64, hash: Hash) {
        self.done.insert(block, hash);
    }

    /// Forgets the hashes of blocks that are not whole in `done`.
    pub(crate) fn retain(&mut self, done: &RangeSet, total: Option<u64>) {
        let block_bytes = self.block_bytes;
        self.done.retain(|block, _| {
            let Some(start) = block.checked_mul(block_bytes) else {
                return false;
            };
            let end = start.saturating_add(block_bytes);
            done.covers(start, total.map_or(end, |total| end.min(total)))
        });
    }
}

impl BlockHasher {
    /// Goes on with what is known.
    pub(crate) fn new(blocks: Blocks, total: Option<u64>) -> Self {
        Self {
            total,
            blocks,
            open: HashMap::new(),
        }
    }

    /// What is known.
    pub(crate) fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    /// Bytes were written at this place. A block that was not written from its first byte to its last
    /// in order has no hash; it is read back at the end.
    pub(crate) fn written(&mut self, mut offset: u64, mut bytes: &[u8]) {
        let size = self.blocks.block_bytes;
        while !bytes.is_empty() {
            let block = offset / size;
            let end = (block + 1) * size;
            let fits = usize::try_from(end - offset)
                .unwrap_or(usize::MAX)
                .min(bytes.len());
            let (now, later) = bytes.split_at(fits);
            self.within(block, offset, now, self.total.map_or(end, |total| end.min(total)));
            offset += now.len() as u64;
            bytes = later;
        }
    }

    fn within(&mut self, block: u64, offset: u64, bytes: &[u8], end: u64) {
        let after = offset + bytes.len() as u64;
        // it may be written again with other bytes
        self.blocks.done.remove(&block);
        if offset == block * self.blocks.block_bytes {
            let mut hasher = Hasher::new();
            hasher.update(bytes);
            self.open.insert(block, (after, hasher));
        } else {
            match self.open.get_mut(&block) {
                Some((next, hasher)) if *next == offset => {
                    hasher.update(bytes);
                    *next = after;
                }
                _ => {
                    self.open.remove(&block);
                    return;
                }
            }
        }
        if after == end
            && let Some((_, hasher)) = self.open.remove(&block)
        {
            self.blocks.set(block, hasher.finish());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn film(bytes: u32) -> Vec<u8> {
        (0..bytes)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect()
    }

    #[test]
    fn blocks_that_come_in_order_are_hashed_and_others_are_missing() {
        let film = film(9 << 20);
        let total = film.len() as u64;
        let mut hasher = BlockHasher::new(Blocks::new(Some(total)), Some(total));
        for (at, piece) in (0..).step_by(70_000).zip(film.chunks(70_000)) {
            hasher.written(at, piece);
        }
        let whole = hasher.blocks().whole(total).unwrap();
        let expected: Vec<_> = film.chunks(4 << 20).map(Hash::of).collect();
        assert_eq!(whole, expected);

        // the middle block comes from two connections: its second half first
        let mut hasher = BlockHasher::new(Blocks::new(Some(total)), Some(total));
        for (start, end) in [(0, 4 << 20), (6 << 20, 9 << 20), (4 << 20, 6 << 20)] {
            hasher.written(start as u64, &film[start..end]);
        }
        let missing = hasher.blocks().missing(total);
        assert_eq!(missing, [(1, 4 << 20, 8 << 20)]);
        assert_eq!(hasher.blocks().whole(total), None);
    }

    #[test]
    fn huge_files_have_larger_blocks_and_lost_bytes_lose_their_hash() {
        assert_eq!(Blocks::new(Some(1 << 40)).block_bytes(), 256 << 20);
        assert_eq!(Blocks::new(None).block_bytes(), 4 << 20);
        let total = Some(9 << 20);
        let mut blocks = Blocks::new(total);
        (0..3).for_each(|block| blocks.set(block, Hash::of(b"x")));
        blocks.retain(&[(0, 5 << 20), (8 << 20, 9 << 20)].into_iter().collect(), total);
        assert_eq!(blocks.done.keys().copied().collect::<Vec<_>>(), [0, 2]);
    }
}
