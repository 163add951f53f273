//! Known answers for every kind, in every way to write them.

use super::{Checksum, ChecksumError, Hasher};

/// What each kind gives for `abc`: FIPS 180 for the SHA family, RFC 1321 for MD5, gzip for CRC-32.
const OF_ABC: [(&str, &str); 6] = [
    ("crc32", "352441c2"),
    ("md5", "900150983cd24fb0d6963f7d28e17f72"),
    ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
        "sha256",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    (
        "sha384",
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    ),
    (
        "sha512",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd\
         454d4423643ce80e2a9ac94fa54ca49f",
    ),
];

/// SHA-256 and SHA-512 of `abc` in base64.
const SHA256: &str = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
const SHA512: &str =
    "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";

fn parsed(text: &str) -> Checksum {
    text.parse().unwrap()
}

#[test]
fn every_kind_gives_its_known_answer_however_the_bytes_come() {
    for (name, hex) in OF_ABC {
        let promised = parsed(hex);
        for pieces in [vec!["abc"], vec!["", "a", "bc"], vec!["a", "b", "c"]] {
            let mut hasher = Hasher::of(&promised);
            for piece in pieces {
                hasher.update(piece.as_bytes());
            }
            assert_eq!(hasher.finish(), promised, "{name}");
        }
        let mut other = Hasher::of(&promised);
        other.update(b"abd");
        assert_ne!(other.finish(), promised, "{name}");
    }
}

#[test]
fn the_crc_that_everybody_checks_with() {
    let mut hasher = Hasher::of(&Checksum::Crc32([0; 4]));
    hasher.update(b"123456789");
    assert_eq!(hasher.finish().to_string(), "cbf43926");
}

#[test]
fn names_and_bare_digits_say_the_same() {
    for (name, hex) in OF_ABC {
        let promised = parsed(hex);
        assert_eq!(promised.to_string(), hex);
        assert_eq!(promised.algorithm().to_ascii_lowercase().replace('-', ""), name);
        assert_eq!(parsed(&format!("{name}:{hex}")), promised);
        assert_eq!(
            parsed(&format!(" {}={} ", name.to_uppercase(), hex.to_uppercase())),
            promised
        );
    }
    assert_eq!(parsed(&format!("sha-256={}", OF_ABC[3].1)), parsed(OF_ABC[3].1));
}

#[test]
fn what_is_no_checksum_is_refused() {
    use ChecksumError::{Malformed, UnknownAlgorithm};
    for (text, why) in [
        ("", Malformed),
        ("hello", Malformed),
        ("abc", Malformed),
        ("abcdef", Malformed),
        ("md5:352441c2", Malformed),
        ("sha256:xyz", Malformed),
        ("sha256:", Malformed),
        ("sha256-", Malformed),
        ("whirlpool:352441c2", UnknownAlgorithm),
        (":352441c2", UnknownAlgorithm),
        ("sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", Malformed),
    ] {
        assert_eq!(text.parse::<Checksum>(), Err(why), "{text:?}");
    }
}

#[test]
fn an_integrity_text_means_its_strongest_hash() {
    let (sha256, sha512) = (parsed(OF_ABC[3].1), parsed(OF_ABC[5].1));
    assert_eq!(parsed(SHA256), sha256);
    assert_eq!(Checksum::from_integrity(&format!("{SHA256} {SHA512}")), [sha512]);
    assert_eq!(
        Checksum::from_integrity(&format!("{SHA512}\n\t{SHA256}")),
        [sha512]
    );
    assert_eq!(parsed(&format!("{SHA512} {SHA256}")), sha512);
}

#[test]
fn several_of_the_strongest_are_alternatives() {
    let other = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let both = Checksum::from_integrity(&format!("{SHA256} {other} {SHA256}"));
    assert_eq!(both, [parsed(SHA256), parsed(other)]);
    assert_eq!(
        format!("{SHA256} {other}").parse::<Checksum>(),
        Err(ChecksumError::Alternatives)
    );
    let many = vec![SHA256; 2_000].join(" ");
    assert_eq!(Checksum::from_integrity(&many).len(), 1);
}

#[test]
fn integrity_texts_are_read_as_leniently_as_the_grammar_is() {
    let sha256 = [parsed(SHA256)];
    for text in [
        format!("{SHA256}?ct=video/mp4"),
        SHA256.trim_end_matches('=').to_owned(),
        SHA256.replace('+', "-").replace('/', "_"),
        format!("sha512-short sha999-abcd - sha384- {SHA256} nothing"),
        SHA256.replace("sha256", "SHA256"),
    ] {
        assert_eq!(Checksum::from_integrity(&text), sha256, "{text}");
    }
    for text in [
        "",
        "sha256-47DE",
        "md5-kAFQmDzST7DWlj99KOF/cg==",
        "sha256-!!!",
        "-",
    ] {
        assert_eq!(Checksum::from_integrity(text), [], "{text}");
    }
}
