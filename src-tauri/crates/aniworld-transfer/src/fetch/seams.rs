//! Where the bytes of two answers meet: both must say the same about the bytes behind the meeting point.
//!
//! A server may answer with the right head and wrong bytes (a stale copy, a broken cache). Only bytes
//! that came twice show it. Must not know connections.

mod close;

use std::collections::BTreeMap;
use std::io;

pub(super) use self::close::close;
use crate::disk::DiskFile;
use crate::ranges::RangeSet;

/// So many bytes come twice and are compared.
pub(super) const OVERLAP: u64 = 64 << 10;

/// What one answer said about the bytes behind its claim, until the other's are there.
#[derive(Debug, Default)]
pub(super) struct Seams {
    waiting: BTreeMap<u64, Vec<u8>>,
}

impl Seams {
    /// Keeps what came behind a meeting point until it can be compared.
    pub(super) fn keep(&mut self, at: u64, bytes: Vec<u8>) {
        self.waiting.insert(at, bytes);
    }

    /// Compares what can be compared now. Returns the meeting points that hold, or the first that does not.
    pub(super) fn compare(
        &mut self,
        file: &dyn DiskFile,
        done: &RangeSet,
    ) -> io::Result<Result<Vec<u64>, u64>> {
        let mut hold = Vec::new();
        for (&at, bytes) in &self.waiting {
            if done.covers(at, at + bytes.len() as u64) {
                if !is_same(file, at, bytes)? {
                    return Ok(Err(at));
                }
                hold.push(at);
            }
        }
        for at in &hold {
            self.waiting.remove(at);
        }
        Ok(Ok(hold))
    }
}

/// Whether the file holds these bytes at this place.
pub(super) fn is_same(file: &dyn DiskFile, mut at: u64, mut bytes: &[u8]) -> io::Result<bool> {
    let mut buffer = [0; 16 << 10];
    while !bytes.is_empty() {
        let most = bytes.len().min(buffer.len());
        let read = file.read_at(&mut buffer[..most], at)?;
        if read == 0 || buffer[..read] != bytes[..read] {
            return Ok(false);
        }
        bytes = &bytes[read..];
        at += read as u64;
    }
    Ok(true)
}
