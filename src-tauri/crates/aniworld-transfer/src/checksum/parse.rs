//! Checksums from text, in the three ways that sources write them.

use std::str::FromStr;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::Checksum;

/// The most hashes that one integrity text may offer; one or two are usual.
const MAX_ALTERNATIVES: usize = 16;

/// Why a text is no checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChecksumError {
    /// A name that we cannot compute.
    #[error("this kind of checksum is not known")]
    UnknownAlgorithm,
    /// Not hexadecimal, or not as long as its kind is.
    #[error("the checksum is not written in full")]
    Malformed,
    /// An integrity text that lets one of several hashes be right.
    #[error("more than one checksum may be right")]
    Alternatives,
}

impl FromStr for Checksum {
    type Err = ChecksumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Some((name, hex)) = text.split_once([':', '=']).filter(|(_, hex)| is_hex(hex)) {
            let digest = digits(hex.trim())?;
            return of_name(&digest, name).and_then(|checksum| checksum.ok_or(ChecksumError::Malformed));
        }
        if is_hex(text) {
            return of_length(&digits(text)?).ok_or(ChecksumError::Malformed);
        }
        match Self::from_integrity(text).as_slice() {
            [] => Err(ChecksumError::Malformed),
            [only] => Ok(*only),
            _ => Err(ChecksumError::Alternatives),
        }
    }
}

impl Checksum {
    /// The hashes of a Subresource Integrity text, `sha384-BASE64 sha512-BASE64?options ...` (W3C
    /// Subresource Integrity, 3.3): those of the strongest kind that it has. The file is right when **any
    /// one** of them comes out, and all are of one kind. Empty where it has none that we can compute;
    /// what cannot be read is left out.
    pub fn from_integrity(text: &str) -> Vec<Self> {
        let mut best: Vec<Self> = Vec::new();
        for hash in text.split_ascii_whitespace().filter_map(of_integrity) {
            let strength = |best: &[Self]| best.first().map_or(0, |found| found.as_bytes().len());
            if hash.as_bytes().len() > strength(&best) {
                best.clear();
            }
            if hash.as_bytes().len() >= strength(&best)
                && !best.contains(&hash)
                && best.len() < MAX_ALTERNATIVES
            {
                best.push(hash);
            }
        }
        best
    }
}

/// `sha256-BASE64`, with options behind a `?` that nobody has defined. The grammar allows both alphabets
/// of base64 (W3C Content Security Policy, 2.3.1).
fn of_integrity(hash: &str) -> Option<Checksum> {
    const ANY_PADDING: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let (name, rest) = hash.split_once('-')?;
    let base64: String = rest
        .split('?')
        .next()?
        .chars()
        .take(128)
        .map(|digit| match digit {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    let digest = GeneralPurpose::new(&STANDARD, ANY_PADDING).decode(base64).ok()?;
    if !["sha256", "sha384", "sha512"].contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    of_name(&digest, name).ok()?
}

/// The checksum of that name; `None` where its length is another.
fn of_name(digest: &[u8], name: &str) -> Result<Option<Checksum>, ChecksumError> {
    let name: String = name
        .chars()
        .filter(|letter| !matches!(letter, '-' | '_' | ' '))
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let kind = match name.as_str() {
        "crc32" => 4,
        "md5" => 16,
        "sha1" | "sha" => 20,
        "sha256" => 32,
        "sha384" => 48,
        "sha512" => 64,
        _ => return Err(ChecksumError::UnknownAlgorithm),
    };
    Ok(of_length(digest).filter(|_| digest.len() == kind))
}

/// Each kind has its own length.
fn of_length(digest: &[u8]) -> Option<Checksum> {
    None.or_else(|| digest.try_into().ok().map(Checksum::Crc32))
        .or_else(|| digest.try_into().ok().map(Checksum::Md5))
        .or_else(|| digest.try_into().ok().map(Checksum::Sha1))
        .or_else(|| digest.try_into().ok().map(Checksum::Sha256))
        .or_else(|| digest.try_into().ok().map(Checksum::Sha384))
        .or_else(|| digest.try_into().ok().map(Checksum::Sha512))
}

fn is_hex(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Hexadecimal digits as bytes.
fn digits(hex: &str) -> Result<Vec<u8>, ChecksumError> {
    if hex.len() > 128 || !hex.len().is_multiple_of(2) {
        return Err(ChecksumError::Malformed);
    }
    let (pairs, _) = hex.as_bytes().as_chunks::<2>();
    pairs
        .iter()
        .map(|pair| {
            let digit = |digit: u8| char::from(digit).to_digit(16);
            let byte = digit(pair[0])
                .zip(digit(pair[1]))
                .map(|(high, low)| high << 4 | low);
            byte.and_then(|byte| u8::try_from(byte).ok())
                .ok_or(ChecksumError::Malformed)
        })
        .collect()
}
