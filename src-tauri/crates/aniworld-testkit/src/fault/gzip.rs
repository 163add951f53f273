//! gzip without compression (RFC 1951, section 3.2.4, and RFC 1952): enough to code a body for real.

/// The longest stored block.
const BLOCK: usize = 0xFFFF;

/// The bytes as a gzip member.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut coded = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
    let mut blocks = bytes.chunks(BLOCK).peekable();
    if blocks.peek().is_none() {
        coded.extend([1, 0, 0, 0xFF, 0xFF]);
    }
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        coded.push(u8::from(blocks.peek().is_none()));
        coded.extend(length.to_le_bytes());
        coded.extend((!length).to_le_bytes());
        coded.extend_from_slice(block);
    }
    let length = u32::try_from(bytes.len() & 0xFFFF_FFFF).unwrap_or_default();
    coded.extend(crc32(bytes).to_le_bytes());
    coded.extend(length.to_le_bytes());
    coded
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (crc >> 8) ^ CRC_TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)]
    })
}

/// What eight steps of the checksum make of each byte: bodies are long and test builds slow.
const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut seed = 0;
    while seed < 256_u32 {
        let (mut crc, mut bit) = (seed, 0);
        while bit < 8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
            bit += 1;
        }
        table[seed as usize] = crc;
        seed += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::{crc32, gzip};

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn long_and_empty_bodies_are_whole_members() {
        assert_eq!(gzip(b"").len(), 10 + 5 + 8);
        let long = gzip(&vec![7; 100_000]);
        assert_eq!(long.len(), 10 + 2 * 5 + 100_000 + 8);
    }
}
