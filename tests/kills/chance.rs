//! Numbers without an order, but the same ones from the same seed.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Chance with a seed (xorshift, which needs one that is not 0).
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }

    /// Whether a thing happens that does once in so many times.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// Bytes of a film.
    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(|| self.below(u64::MAX));
        words.flat_map(u64::to_le_bytes).take(length).collect()
    }
}

pub(crate) fn new_seed() -> u64 {
    RandomState::new().build_hasher().finish() | 1
}

pub(crate) fn from_environment<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}
