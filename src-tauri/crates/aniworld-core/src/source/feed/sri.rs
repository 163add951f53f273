//! The SHA-256 in a Subresource Integrity text, as `podcast:integrity` carries it.

/// Finds `sha256-<base64>` among the space-separated hashes. Weaker and other ones are not used.
pub(super) fn sha256(text: &str) -> Option<[u8; 32]> {
    text.split_whitespace()
        .find_map(|hash| decode(hash.strip_prefix("sha256-")?.split('?').next()?))
}

fn decode(base64: &str) -> Option<[u8; 32]> {
    let digits = base64.trim_end_matches('=').as_bytes();
    // 43 digits hold 258 bits: the hash and two bits of nothing.
    if digits.len() != 43 {
        return None;
    }
    let mut bytes = [0_u8; 32];
    let (mut held, mut bits, mut at) = (0_u32, 0_u32, 0_usize);
    for digit in digits {
        held = (held << 6) | value(*digit)?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            *bytes.get_mut(at)? = u8::try_from((held >> bits) & 0xff).ok()?;
            held &= (1 << bits) - 1;
            at += 1;
        }
    }
    (held == 0).then_some(bytes)
}

fn value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of nothing.
    const EMPTY: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn the_hash_of_nothing_is_read() {
        let hash = sha256(&format!("sha384-xx {EMPTY}")).unwrap();
        assert_eq!(hash[..4], [0xe3, 0xb0, 0xc4, 0x42]);
        assert_eq!(hash[31], 0x55);
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "sha384-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "sha256-47DE",
            "sha256-",
            "md5-x",
        ] {
            assert_eq!(sha256(text), None, "{text}");
        }
        assert_eq!(sha256(&EMPTY.replace('+', "!")), None);
    }
}
