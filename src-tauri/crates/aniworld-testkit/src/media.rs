//! Media files out of nothing: small, right in every box and packet, and the same on every machine.
//!
//! What they hold is no picture but noise that repeats nowhere, so a byte from the wrong place or of the
//! wrong file is always a wrong byte. Must not know who checks them.

mod fragmented;
mod matroska;
mod mp4;
mod ts;

pub use self::fragmented::fragmented_mp4;
pub use self::matroska::{matroska, matroska_streamed};
pub use self::mp4::{mp4, mp4_index_first};
pub use self::ts::{TS_PACKET_BYTES, mpeg_ts};

/// Bytes without any order. No eight aligned bytes occur twice in what one seed gives, and those at one
/// place differ between seeds.
pub fn noise(seed: u32, bytes: usize) -> Vec<u8> {
    let mut noise: Vec<u8> = (0_u64..)
        .take(bytes.div_ceil(8))
        .flat_map(|word| mixed((u64::from(seed) << 32) ^ word).to_be_bytes())
        .collect();
    noise.truncate(bytes);
    noise
}

/// A bijection of 64-bit numbers after which nothing of their order is left: the finalizer of `SplitMix64`.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The parts of `total` bytes: as few as possible, none longer than `longest`, all of nearly one length.
/// Each part costs `overhead` bytes of `total` besides what it holds.
///
/// # Panics
/// Where not even one part of one byte has room.
fn parts(total: usize, longest: usize, overhead: usize) -> Vec<usize> {
    let count = total.div_ceil(longest + overhead);
    let held = total.checked_sub(count * overhead).filter(|held| *held >= count);
    let held = held.expect("too few bytes for one part");
    (0..count)
        .map(|part| held * (part + 1) / count - held * part / count)
        .collect()
}

/// A number as the four bytes that most fields of a container have.
fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("fits into 32 bits").to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn noise_repeats_nowhere_and_differs_by_seed() {
        let words = |seed| -> Vec<[u8; 8]> {
            let noise = noise(seed, 80_000);
            noise.as_chunks().0.to_vec()
        };
        let mut seen = HashSet::new();
        for seed in [0, 1, 2, 77] {
            assert!(words(seed).into_iter().all(|word| seen.insert(word)));
        }
        assert_eq!(noise(3, 13), noise(3, 1000)[..13]);
    }

    #[test]
    fn files_have_the_length_that_was_asked_for_and_their_own_bytes() {
        for bytes in [1_024, 1_025, 5_000, 65_536, 300_001] {
            for make in [mp4, mp4_index_first, matroska, matroska_streamed] {
                let file = make(7, bytes);
                assert_eq!(file.len(), bytes);
                assert_eq!(file, make(7, bytes));
                assert_ne!(file, make(8, bytes));
            }
        }
        assert_eq!(mpeg_ts(7, 100).len(), 18_800);
        assert_ne!(fragmented_mp4(7, 3), fragmented_mp4(8, 3));
    }

    #[test]
    fn parts_add_up() {
        for total in [12, 100, 1_000, 1_007, 1_008, 1_009, 2_016, 99_999] {
            let parts = parts(total, 1_000, 8);
            assert_eq!(parts.iter().sum::<usize>() + 8 * parts.len(), total);
            assert!(parts.iter().all(|part| (1..=1_000).contains(part)), "{parts:?}");
        }
    }
}
