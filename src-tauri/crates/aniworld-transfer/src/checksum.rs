//! Checksums that a source promises: read from text, and computed while bytes come. Must not know who
//! promised them.

mod hasher;
mod parse;

use std::fmt;

pub(crate) use self::hasher::Hasher;
pub use self::parse::ChecksumError;

/// A checksum of a whole file.
///
/// Reads as `algorithm:hex` (or `=`), as bare hex whose length says which it is, and as one hash of
/// Subresource Integrity; more than one of those are read by [`Checksum::from_integrity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Checksum {
    /// CRC-32 as ZIP and gzip have it (RFC 1952, section 8), first byte first.
    Crc32([u8; 4]),
    /// MD5 (RFC 1321). Tells damage, not intent.
    Md5([u8; 16]),
    /// SHA-1 (FIPS 180-4). Tells damage, not intent.
    Sha1([u8; 20]),
    /// SHA-256 (FIPS 180-4).
    Sha256([u8; 32]),
    /// SHA-384 (FIPS 180-4).
    Sha384([u8; 48]),
    /// SHA-512 (FIPS 180-4).
    Sha512([u8; 64]),
}

impl Checksum {
    /// Its name, as people write it.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Crc32(_) => "CRC-32",
            Self::Md5(_) => "MD5",
            Self::Sha1(_) => "SHA-1",
            Self::Sha256(_) => "SHA-256",
            Self::Sha384(_) => "SHA-384",
            Self::Sha512(_) => "SHA-512",
        }
    }

    /// The bytes of it.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Crc32(bytes) => bytes,
            Self::Md5(bytes) => bytes,
            Self::Sha1(bytes) => bytes,
            Self::Sha256(bytes) => bytes,
            Self::Sha384(bytes) => bytes,
            Self::Sha512(bytes) => bytes,
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

#[cfg(test)]
mod tests;
