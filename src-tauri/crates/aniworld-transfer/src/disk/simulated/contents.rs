//! The bytes of one file: as programs read them, and as a power cut would leave them. Must not know
//! names.

use std::collections::BTreeSet;

use super::survival::{Fates, PAGE};

/// One file without its name.
#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    /// As programs read it.
    live: Vec<u8>,
    /// As it was made safe.
    safe: Vec<u8>,
    /// What came since, in order.
    pending: Vec<Change>,
    /// Blocks that it takes on the disk, by number.
    blocks: BTreeSet<usize>,
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Length(usize),
}

impl Contents {
    /// A file whose bytes are safe.
    pub(super) fn safe(bytes: Vec<u8>) -> Self {
        Self {
            blocks: (0..bytes.len().div_ceil(PAGE)).collect(),
            live: bytes.clone(),
            safe: bytes,
            pending: Vec::new(),
        }
    }

    pub(super) fn live(&self) -> &[u8] {
        &self.live
    }

    /// Blocks that it takes.
    pub(super) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Blocks that bytes in this place would take more.
    pub(super) fn new_blocks(&self, offset: usize, length: usize) -> usize {
        blocks_of(offset, length)
            .filter(|block| !self.blocks.contains(block))
            .count()
    }

    /// How many of these bytes find room in so many new blocks.
    pub(super) fn bytes_in_room(&self, offset: usize, length: usize, mut new_blocks: usize) -> usize {
        for block in blocks_of(offset, length) {
            if self.blocks.contains(&block) {
                continue;
            }
            if new_blocks == 0 {
                return (block * PAGE).saturating_sub(offset);
            }
            new_blocks -= 1;
        }
        length
    }

    pub(super) fn write(&mut self, bytes: &[u8], offset: usize) {
        if bytes.is_empty() {
            return;
        }
        let end = offset + bytes.len();
        if end > self.live.len() {
            self.live.resize(end, 0);
        }
        self.live[offset..end].copy_from_slice(bytes);
        self.blocks.extend(blocks_of(offset, bytes.len()));
        self.pending.push(Change::Write {
            offset,
            bytes: bytes.to_vec(),
        });
    }

    pub(super) fn set_len(&mut self, length: usize) {
        if length == self.live.len() {
            return;
        }
        self.live.resize(length, 0);
        self.blocks.retain(|block| *block < length.div_ceil(PAGE));
        self.pending.push(Change::Length(length));
    }

    /// Takes room for so many bytes, and is at least as long afterwards.
    pub(super) fn reserve(&mut self, length: usize) {
        self.set_len(length.max(self.live.len()));
        self.blocks.extend(blocks_of(0, length));
    }

    /// Makes everything safe.
    pub(super) fn sync(&mut self) {
        for change in self.pending.drain(..) {
            match change {
                Change::Write { offset, bytes } => {
                    let end = offset + bytes.len();
                    if end > self.safe.len() {
                        self.safe.resize(end, 0);
                    }
                    self.safe[offset..end].copy_from_slice(&bytes);
                }
                Change::Length(length) => self.safe.resize(length, 0),
            }
        }
    }

    /// What was to be made safe never will be, except the length.
    pub(super) fn fail_to_sync(&mut self) {
        self.pending = vec![Change::Length(self.live.len())];
    }

    /// The bytes as a power cut leaves them.
    pub(super) fn after_crash(&self, fates: &mut Fates) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        for change in &self.pending {
            match change {
                Change::Length(length) => {
                    if fates.keeps_length() {
                        bytes.resize(*length, 0);
                    }
                }
                Change::Write { offset, bytes: new } => {
                    let end = offset + new.len();
                    if end > bytes.len() && fates.keeps_length() {
                        bytes.resize((*offset).max(bytes.len()), 0);
                        bytes.resize(end, fates.hole());
                    }
                    tear(&mut bytes, new, *offset, fates);
                }
            }
        }
        bytes
    }
}

/// Writes the pieces that survive, as far as the file reaches.
fn tear(bytes: &mut [u8], new: &[u8], offset: usize, fates: &mut Fates) {
    let fate = fates.write();
    let end = (offset + new.len()).min(bytes.len());
    let mut from = offset;
    while from < end {
        let to = fate.piece_end(from).min(end);
        if fates.keeps_piece(&fate, from) {
            bytes[from..to].copy_from_slice(&new[from - offset..to - offset]);
        }
        from = to;
    }
}

fn blocks_of(offset: usize, length: usize) -> std::ops::Range<usize> {
    offset / PAGE..(offset + length).div_ceil(PAGE)
}
