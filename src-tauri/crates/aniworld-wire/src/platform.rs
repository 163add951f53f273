//! Where the local socket of a data folder is, and who may connect: the part that differs by system.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{connect, listen};
#[cfg(windows)]
pub(crate) use windows::{connect, listen};

use std::path::Path;

/// A short name for a data folder, the same in every version of the program (FNV-1a, 64 bits).
fn digest(path: &Path) -> String {
    let hash = path
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::digest;

    #[test]
    fn the_digest_is_the_published_one() {
        // test vectors of the authors of FNV
        assert_eq!(digest(Path::new("a")), "af63dc4c8601ec8c");
        assert_eq!(digest(Path::new("foobar")), "85944171f73967e8");
    }
}
