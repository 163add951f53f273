//! The SHA-256 in a Subresource Integrity text, as `podcast:integrity` carries it.

use aniworld_transfer::Checksum;

/// Finds `sha256-<base64>` among the space-separated hashes; what is remembered of an episode has no room for others.
pub(super) fn sha256(text: &str) -> Option<[u8; 32]> {
    text.split_whitespace()
        .flat_map(Checksum::from_integrity)
        .find_map(|checksum| match checksum {
            Checksum::Sha256(hash) => Some(hash),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of nothing.
    const EMPTY: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn the_hash_of_nothing_is_read_beside_a_stronger_one() {
        let stronger = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
        let hash = sha256(&format!("{stronger} {EMPTY}")).unwrap();
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
