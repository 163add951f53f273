//! Checksums that a source promises.

use std::fmt;

use sha2::{Digest, Sha256};

/// A checksum of a whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Checksum {
    /// SHA-256 (FIPS 180-4).
    Sha256([u8; 32]),
}

impl Checksum {
    /// Its name, as people write it.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Sha256(_) => "SHA-256",
        }
    }

    /// The bytes of it.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(bytes) => bytes,
        }
    }
}

/// In hexadecimal, as people compare it.
impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Computes a checksum of the same kind as a promised one.
#[derive(Debug)]
pub(crate) enum Hasher {
    Sha256(Sha256),
}

impl Hasher {
    pub(crate) fn of(promised: &Checksum) -> Self {
        match promised {
            Checksum::Sha256(_) => Self::Sha256(Sha256::new()),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> Checksum {
        match self {
            Self::Sha256(hasher) => Checksum::Sha256(hasher.finalize().into()),
        }
    }
}
